import { readSnapshot, type SnapshotKind, writeSnapshot } from './snapshot-file.ts';

/** An engine whose whole state can be taken to a file and back. The file is written and read where the engine runs. */
export interface KeptEngine {
  /** A number that is another one whenever the state is. */
  changes(): Promise<number>;
  /** Writes the state of one moment, while the engine goes on. @throws the system's error; then the file is not whole */
  save(file: string): Promise<void>;
  /**
   * Takes in what was saved, once, before anybody has used the engine.
   * @returns what a person should know of it, a line each
   * @throws Error when the file is not whole or not of this engine
   */
  restore(file: string): Promise<string[]>;
}

/** What an embedded engine offers for it. */
export interface Savable {
  changes(): number;
  save(): Iterable<Uint8Array>;
  restore(records: AsyncIterable<Uint8Array>): Promise<void>;
}

/**
 * Keeps an engine of this process.
 * @param notices what a person should know of what was restored
 */
export const kept = (kind: SnapshotKind, engine: Savable, notices: () => string[] = () => []): KeptEngine => ({
  changes: async () => engine.changes(),
  save: (file) => writeSnapshot(file, kind, engine.save()),
  async restore(file) {
    await engine.restore(readSnapshot(file, kind));
    return notices();
  },
});
