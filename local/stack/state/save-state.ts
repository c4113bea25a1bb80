import type { EngineName } from '../engines/embedded/embedded.ts';
import type { KeptEngine } from './kept-engine.ts';
import type { Manifest, StateFolder } from './state-folder.ts';

/** Those of the engines that are kept here. */
export type KeptEngines = Partial<Record<EngineName, KeptEngine>>;

/**
 * Queues first, then what their events did, then what Redis says of that. An event that is settled between two of them is in its queue
 * still and in MongoDB already, and its redelivery is known there; the other way round its message would be gone without its effect.
 */
export const SAVING_ORDER = ['sqs', 'mongo', 'redis'] as const satisfies readonly EngineName[];

/** What is on the disk, and how far each engine was when it was taken. */
export interface SavedState {
  manifest: Manifest;
  changes: Partial<Record<EngineName, number>>;
}

/**
 * Saves what has changed. Until the last step the state on the disk is the one of before, whole.
 * @param last what this process saved or restored before
 * @param clean everything is stopped, and this is the last time
 * @returns what is on the disk now
 * @throws the system's error, or EngineError; then it is the one of before
 */
export async function saveState(
  folder: StateFolder,
  engines: KeptEngines,
  last: SavedState | undefined,
  clean: boolean,
): Promise<SavedState> {
  const generation = (last?.manifest.generation ?? 0) + 1;
  const files: Record<string, string> = {};
  const changes: SavedState['changes'] = {};
  for (const name of SAVING_ORDER) {
    const engine = engines[name];
    if (!engine) continue;
    changes[name] = await engine.changes();
    const there = last?.manifest.files[name];
    const isSame = there !== undefined && last?.changes[name] === changes[name];
    files[name] = isSame ? there : `${name}-${generation}`;
    if (!isSame) await engine.save(folder.fileOf(files[name]));
  }
  const isSame = SAVING_ORDER.every((name) => files[name] === last?.manifest.files[name]);
  if (last && isSame && last.manifest.clean === clean) return last;
  const manifest: Manifest = { generation, savedAt: new Date().toISOString(), clean, files };
  await folder.write(manifest);
  return { manifest, changes };
}
