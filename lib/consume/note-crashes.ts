import { attemptedOf } from '../core/attempts.ts';
import { eventFields } from '../core/log-fields.ts';
import type { Attempt } from '../core/outcome.ts';
import type { Ran } from '../ports/records.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Log } from '../sdk/log.ts';
import type { State } from './delivery.ts';

/** Says the runs that died, when their record has them as attempts: with what was known before they were counted. */
export function noteCrashes(
  { message, known }: Pick<State, 'message'> & Pick<Ran, 'known'>,
  crashes: readonly Attempt[],
  { retry }: EventDefinition,
  log: Log,
): void {
  const before = known ? attemptedOf(known) : 0;
  crashes.forEach(({ error }, index) => {
    const details = { attempt: before + index + 1, attempts_allowed: retry.attempts };
    log.warn('attempt failed', {
      ...eventFields(message),
      ...details,
      code: error?.code,
      reason: error?.message,
    });
  });
}
