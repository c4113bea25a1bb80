import { eventFields } from '../core/log-fields.ts';
import type { Attempt } from '../core/outcome.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import type { Log } from '../sdk/log.ts';
import { attemptsOf, type State } from './delivery.ts';

/** Says the runs that died, when their record has them as attempts. @param state before they were counted */
export function noteCrashes(state: State, crashes: readonly Attempt[], { retry }: EventDefinition, log: Log): void {
  crashes.forEach(({ error }, index) => {
    const details = { attempt: attemptsOf(state).length + index + 1, attempts_allowed: retry.attempts };
    log.warn('attempt failed', {
      ...eventFields(state.message),
      ...details,
      code: error?.code,
      reason: error?.message,
    });
  });
}
