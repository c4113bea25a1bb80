import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { EventFolder } from '../../../deploy/event-folder.ts';

/** What runs in functions is written here. */
const SOURCES = ['functions', 'lib'];

/** Paths from the project. @param events where event files are */
export const sourceFolders = ({ shipped, name }: Pick<EventFolder, 'shipped' | 'name'>): readonly string[] =>
  shipped ? SOURCES : [...SOURCES, name];

/** A hash of each file's text, by its path from the project, with `/`. */
export type Sources = ReadonlyMap<string, string>;

/**
 * Reads the TypeScript in these folders. A file that goes away meanwhile is left out.
 * @param project absolute path
 * @param folders paths from the project
 */
export function readSources(project: string, folders: readonly string[]): Sources {
  const paths = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: project }));
  return new Map(
    [...new Set(paths)].sort().flatMap((path) => {
      try {
        const hash = createHash('sha1')
          .update(readFileSync(join(project, path)))
          .digest('base64');
        return [[path.split(sep).join('/'), hash] as const];
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
        throw error;
      }
    }),
  );
}

/** Whether nothing was written, added or taken away. */
export const areSame = (one: Sources, other: Sources): boolean =>
  one.size === other.size && [...one].every(([path, hash]) => other.get(path) === hash);
