import { accessSync, constants, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for what can be made again: in the project, or where that cannot be written in the temporary folder. */
export function cacheFolder(project: string): string {
  const inProject = join(project, 'node_modules/.cache');
  try {
    mkdirSync(inProject, { recursive: true });
    accessSync(inProject, constants.W_OK);
    return inProject;
  } catch {
    return join(tmpdir(), 'sluice-cache');
  }
}
