import { codeOf, messageOf, stackless } from './errors.ts';
import type { FailureCause, LastWord } from './failure.ts';
import { failureGroup } from './failure-group.ts';
import type { Attempt } from './outcome.ts';

const LONGEST_MESSAGE = 1000;
const said = (error: unknown) => ({ code: codeOf(error), message: messageOf(error).slice(0, LONGEST_MESSAGE) });

/** An attempt that ended with an error. @param at RFC 3339 */
export const failedAttempt = (error: unknown, at: string): Attempt => ({ at, outcome: 'error', error: said(error) });

/**
 * Why an event that met this error is about to become a failure.
 * @param before what is said before the error's own message
 */
export const lastWordOf = (error: unknown, cause: FailureCause, before = ''): LastWord => ({
  cause,
  code: codeOf(error),
  message: (before + messageOf(error)).slice(0, LONGEST_MESSAGE),
  group: failureGroup(error),
});

/**
 * Why an event is about to become a failure of which nothing but its attempts is known.
 * @param otherwise what is said where the last of them says nothing
 */
export function lastWordAfter(attempts: readonly Attempt[], otherwise: { code: string; message: string }): LastWord {
  const last = attempts.at(-1);
  const error = last?.error ?? otherwise;
  return {
    cause: last?.outcome === 'crashed' ? 'crashed' : 'attempts-exhausted',
    ...error,
    group: failureGroup(stackless(Object.assign(new Error(error.message), { code: error.code }))),
  };
}
