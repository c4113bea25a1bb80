import { AsyncLocalStorage } from 'node:async_hooks';
import type { Bounded } from './bounded-text.ts';
import type { Fields } from './log-fields.ts';

/** One call of a handler. */
export interface Run {
  /** What lines say of it. */
  readonly fields: Fields;
  /** Takes the sensitive values of its events out of a text; undefined: they have none. */
  readonly redaction?: Bounded | undefined;
}

const runs = new AsyncLocalStorage<Run>();

/** Calls a handler so that whatever it begins, also what outlives it, is known by its run. */
export const during = <Value>(run: Run, work: () => Value): Value => runs.run(run, work);

/** The run that began what is happening now; undefined where none did. */
export const currentRun = (): Run | undefined => runs.getStore();
