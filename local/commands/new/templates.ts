import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pascalCase } from '../../../lib/core/names.ts';

/** How the events of a type are handled: one by one, in order, or many at a time. */
export type Kind = 'plain' | 'ordered' | 'batch';

/**
 * The texts of an event type of a kind, which hold as they are, of its test and of its timeline.
 * @param folder of event files, from the project; test and timeline lie in the same one of `test/`
 */
export function textsOf(type: string, kind: Kind, folder: string): { event: string; test: string; timeline: string } {
  const words = pascalCase(type);
  const values: Readonly<Record<string, string>> = {
    type,
    collection: words.charAt(0).toLowerCase() + words.slice(1),
    folder,
    // From the test to the folder of tests.
    up: '../'.repeat(folder.split('/').length),
  };
  const filled = (name: string) =>
    readFileSync(join(import.meta.dirname, 'templates', `${kind}.${name}.txt`), 'utf8').replaceAll(
      /\{\{(\w+)\}\}/g,
      (_, word: string) => values[word] ?? '',
    );
  return { event: filled('event'), test: filled('test'), timeline: filled('timeline') };
}
