import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A file of the repository by its path from the root. */
export const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Paths from the root, with `/`, sorted. Written results and what others made are none of ours. */
export const filesOf = (pattern: string): string[] =>
  globSync(pattern, { cwd: root })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/(^|\/)(node_modules|dist)\/|^docs\/results\//.test(path))
    .sort();

/** Every text of ours, in which something may be cited. */
export const texts = [
  ...filesOf('{functions,lib,deploy,local,client,examples,testing,test,verification,docs}/**/*.{ts,cjs,mjs,md}'),
  ...filesOf('*.{ts,md,yml}'),
].map((path) => ({ path, text: read(path) }));

/** What a program says to its readers; a document says all of it to them. */
export const proseOf = ({ path, text }: { path: string; text: string }): string =>
  path.endsWith('.md') ? text : (text.match(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm) ?? []).join('\n');
