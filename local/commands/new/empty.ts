import { existsSync, globSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { commonFolder, eventFolder } from '../../../deploy/event-folder.ts';
import { typesOfExample } from '../../stack/seeds.ts';
import { timelinePath } from '../timelines/timeline.ts';

const project = join(import.meta.dirname, '../../..');

/**
 * All that belongs to the examples (`examples/<name>/`): the folder and its tests, and the event types that it names, with theirs and what they share.
 * @param root the project
 * @returns paths from the project, of what is there
 * @throws DefinitionError when an example does not say which event types are its own
 */
export function examplesIn(root: string = project): string[] {
  const { name: events } = eventFolder(root);
  return globSync('examples/*/event-types.json', { cwd: root })
    .sort()
    .flatMap((path) => {
      const example = basename(dirname(path));
      const types = typesOfExample(`examples/${example}`, root);
      return [
        ...types.flatMap((type) => [
          `${events}/${type}.ts`,
          `test/${events}/${type}.test.ts`,
          timelinePath({ name: events }, type),
        ]),
        `${commonFolder({ name: events })}/${example}.ts`,
        `examples/${example}`,
        `test/examples/${example}`,
      ];
    })
    .filter((path) => existsSync(join(root, path)));
}

/** Removes these files and folders. */
export function takeOut(paths: readonly string[], root: string = project): void {
  for (const path of paths) rmSync(join(root, path), { recursive: true });
}
