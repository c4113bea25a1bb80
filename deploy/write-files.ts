import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Makes a folder hold these files and no others. What is the same already is not touched, and a file changes at once or
 * not at all, so that a process which reads from the folder meanwhile, or builds into it too, never meets half of it.
 * @param folder absolute path
 * @param files contents by absolute path
 */
export function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  putFiles(files);
  removeOthers(folder, (path) => files.has(path));
}

/**
 * The first half of it, in their order.
 * @param known what the folder holds already
 */
export function putFiles(
  files: ReadonlyMap<string, Uint8Array>,
  known: ReadonlyMap<string, Uint8Array> = new Map(),
): void {
  for (const [path, contents] of files) {
    const before = known.get(path) ?? (existsSync(path) ? readFileSync(path) : undefined);
    if (before && Buffer.compare(before, contents) === 0) continue;
    mkdirSync(dirname(path), { recursive: true });
    const unfinished = `${path}.${process.pid}`;
    writeFileSync(unfinished, contents);
    renameSync(unfinished, path);
  }
}

/** The second half: files go that are not wanted, but for those that somebody is writing. */
export function removeOthers(folder: string, isWanted: (path: string) => boolean): void {
  const stale = globSync('**', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !isWanted(path) && !/\.\d+$/.test(path));
  for (const path of stale) rmSync(path, { force: true });
}
