import { currentRun } from '../core/current-run.ts';
import { describeThrown } from '../core/thrown.ts';
import type { Log } from '../sdk/log.ts';

/** Of the process. */
interface Rejections {
  removeAllListeners(event: 'unhandledRejection'): unknown;
  on(event: 'unhandledRejection', listener: (reason: unknown) => void): unknown;
}

/**
 * What a handler began, did not wait for and let fail is said in the log, with its event, and ends nothing else: the process has other
 * events in hand (protocol: late-use). A rejection of any other origin is thrown, so that it ends the process as it would without this.
 * The listeners before it go, because Lambda's ends the process whatever others say.
 */
export function surviveStrayRejections(process: Rejections, log: Log): void {
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (reason) => {
    const run = currentRun();
    if (!run) throw reason;
    const error = describeThrown(reason, run.redaction);
    log.error('a promise that its handler did not wait for was rejected', { ...run.fields, error });
  });
}
