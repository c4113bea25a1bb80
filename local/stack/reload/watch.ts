import { watch } from 'node:fs';
import { join } from 'node:path';

/** A `git checkout` writes many files; one look is enough when it is through, or pauses. */
const QUIET_MS = 30;

export interface WatchOptions {
  /** Absolute path of the project. */
  project: string;
  /** Paths from there; what is in them at any depth is watched. */
  folders: readonly string[];
  /** Runs once for changes that come together, and not again before it has ended. @param since when the first of them came, by `now` */
  changed(since: number): Promise<void>;
  /** Changes are not seen any more. */
  failed(error: unknown): void;
  now(): number;
}

/** Watches folders until it is called. */
export function watchFolders({ project, folders, changed, failed, now }: WatchOptions): () => void {
  let since: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  const run = async () => {
    if (running) return;
    running = true;
    try {
      while (since !== undefined) {
        const first = since;
        since = undefined;
        await changed(first);
      }
    } catch (error) {
      failed(error);
    } finally {
      running = false;
    }
  };
  const hear = () => {
    since ??= now();
    clearTimeout(timer);
    timer = setTimeout(run, QUIET_MS);
  };
  const watchers = folders.map((folder) => watch(join(project, folder), { recursive: true }, hear).on('error', failed));
  // What was written before anybody watched is a change too.
  hear();
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
