import { boundedText } from './bounded-text.ts';
import type { FailureCause, LastWord } from './failure.ts';
import { failureGroup } from './failure-group.ts';
import type { Attempt } from './outcome.ts';
import { MOST, saidByUs, type Thrown } from './thrown.ts';

/** An attempt that ended with an error. @param at RFC 3339 */
export const failedAttempt = ({ code, message, forSender }: Thrown, at: string): Attempt => ({
  at,
  outcome: 'error',
  error: { code, message, ...(forSender && { forSender }) },
});

/**
 * Why an event that met this error is about to become a failure.
 * @param type of the event; null where no handler ran
 * @param before what is said before the error's own message
 */
export const lastWordOf = (error: Thrown, cause: FailureCause, type: string | null, before = ''): LastWord => ({
  cause,
  code: error.code,
  message: boundedText(before + error.message, MOST.message),
  group: failureGroup(error, type),
});

/**
 * Why an event is about to become a failure of which nothing but its attempts is known.
 * @param otherwise what is said where the last of them says nothing
 */
export function lastWordAfter(attempts: readonly Attempt[], otherwise: { code: string; message: string }): LastWord {
  const last = attempts.at(-1);
  const { code, message } = last?.error ?? otherwise;
  return {
    cause: last?.outcome === 'crashed' ? 'crashed' : 'attempts-exhausted',
    code,
    message,
    group: failureGroup(saidByUs(code, message), null),
  };
}
