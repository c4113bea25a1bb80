import { AsyncLocalStorage } from 'node:async_hooks';
import type { Fields } from './log-fields.ts';

const runs = new AsyncLocalStorage<Fields>();

/** Calls a handler so that whatever it begins, also what outlives it, is known by its run. @param run what lines say of it */
export const during = <Value>(run: Fields, work: () => Value): Value => runs.run(run, work);

/** The run that began what is happening now; undefined where none did. */
export const currentRun = (): Fields | undefined => runs.getStore();
