import { AsyncLocalStorage } from 'node:async_hooks';

/** The run of a handler, as log lines name it. */
export interface CurrentRun {
  readonly type: string;
  /** Of its events; a few where they are many. */
  readonly ids: readonly string[];
  readonly keys: readonly string[];
}

const runs = new AsyncLocalStorage<CurrentRun>();

/** Calls a handler so that whatever it begins, also what outlives it, is known by its run. */
export const during = <Value>(run: CurrentRun, work: () => Value): Value => runs.run(run, work);

/** The run that began what is happening now; undefined where none did. */
export const currentRun = (): CurrentRun | undefined => runs.getStore();
