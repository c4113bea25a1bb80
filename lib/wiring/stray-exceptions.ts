import { currentRun } from '../core/current-run.ts';
import { describeThrown } from '../core/thrown.ts';
import type { Log } from '../sdk/log.ts';

/** Of the process. */
interface Exceptions {
  removeAllListeners(event: 'uncaughtException'): unknown;
  on(event: 'uncaughtException', listener: (thrown: unknown) => void): unknown;
  exit(code: number): unknown;
}

/**
 * What is thrown where nobody can catch it, in a timer or by an emitter, ends the process, because nobody knows what it left undone
 * (https://nodejs.org/api/process.html#warning-using-uncaughtexception-correctly). It is said first, with the events of the run that
 * began it and without their sensitive values (protocol: late-use). Node and Lambda would write it as it is, so their listeners go.
 */
export function sayStrayExceptions(process: Exceptions, log: Log): void {
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (thrown) => {
    const run = currentRun();
    const error = describeThrown(thrown, run?.redaction);
    try {
      log.error('what nobody caught ends the process', { ...run?.fields, error });
    } finally {
      process.exit(1);
    }
  });
}
