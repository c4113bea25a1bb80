import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { codeOf } from '../../../lib/core/errors.ts';
import { type Lock, takeLock } from './lock.ts';

/** Of the manifest and of which files belong together; what is in a file has a version of its own. */
const FORMAT = 1;
const MOST_ASIDE = 3;
const MANIFEST = 'manifest.json';

const manifest = z.object({
  format: z.literal(FORMAT),
  /** Grows with every save, and names its files. */
  generation: z.int(),
  savedAt: z.iso.datetime(),
  /** Everything was stopped when it was saved, and nothing has run since. */
  clean: z.boolean(),
  /** Files by engine. */
  files: z.record(z.string(), z.string()),
});

/** What is saved, as one: the file that says it is replaced in one step. */
export type Manifest = Omit<z.infer<typeof manifest>, 'format'>;

/** The folder in which the state of a local stack is kept from one start to the next. Only its owner may read it. */
export class StateFolder {
  readonly path: string;
  readonly #present: string;

  constructor(path: string) {
    this.path = path;
    this.#present = join(path, 'state');
  }

  /**
   * Makes the folder, for this process alone.
   * @returns its lock, or the id of the process that has it
   * @throws the system's error when it cannot be written
   */
  async lock(): Promise<Lock | number> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    const lock = await takeLock(join(this.path, 'lock'));
    if (typeof lock !== 'number') await mkdir(this.#present, { recursive: true, mode: 0o700 });
    return lock;
  }

  fileOf(name: string): string {
    return join(this.#present, name);
  }

  /** @returns undefined when nothing is saved, `unknown` when it is in a form that this code does not know */
  async read(): Promise<Manifest | 'unknown' | undefined> {
    try {
      const { format: _, ...rest } = manifest.parse(JSON.parse(await readFile(this.fileOf(MANIFEST), 'utf8')));
      return rest;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      if (error instanceof z.ZodError || error instanceof SyntaxError) return 'unknown';
      throw error;
    }
  }

  /** Makes this the state, whose files are there, in one step; then removes files that are no part of it. */
  async write(saved: Manifest): Promise<void> {
    const coming = this.fileOf(`${MANIFEST}.coming`);
    await using handle = await open(coming, 'w', 0o600);
    await handle.writeFile(JSON.stringify({ format: FORMAT, ...saved }, null, 2));
    await handle.sync();
    await rename(coming, this.fileOf(MANIFEST));
    const parts = new Set([MANIFEST, ...Object.values(saved.files)]);
    for (const name of await readdir(this.#present)) if (!parts.has(name)) await rm(this.fileOf(name), { force: true });
  }

  /**
   * Puts the state aside, where nobody looks for it; of several the youngest three stay.
   * @param now for its name
   * @returns where it is
   */
  async putAside(now: Date): Promise<string> {
    const aside = `${this.#present}.${now.toISOString().replaceAll(':', '-')}`;
    await rename(this.#present, aside);
    await mkdir(this.#present, { mode: 0o700 });
    const all = (await readdir(this.path)).filter((name) => name.startsWith('state.')).toSorted();
    for (const name of all.slice(0, -MOST_ASIDE)) await rm(join(this.path, name), { recursive: true, force: true });
    return aside;
  }
}
