import { stackless } from '../core/errors.ts';
import type { LastWord } from '../core/failure.ts';
import { isStoredByKnownCode } from '../core/format.ts';
import { failedAttempt, lastWordOf } from '../core/last-word.ts';
import type { Attempt, Outcome } from '../core/outcome.ts';
import type { Random } from '../ports/clock.ts';
import type { PublicationOutcome } from '../ports/publisher.ts';
import type { KnownRecord } from '../ports/records.ts';
import type { Settlement } from '../ports/transaction.ts';
import { isFinal } from '../results/settled-event.ts';
import type { RetryOptions } from '../sdk/declarations.ts';
import { SluiceError } from '../sdk/errors.ts';
import { attemptsOf, type State } from './delivery.ts';
import { conflictSeconds, outageSeconds, retrySeconds } from './retry.ts';

/** What becomes of a message: deleted; or visible again after so many seconds, or (`null`) as it is already. */
export type Fate =
  /** `projected`: its projections were applied, its record is still to be told. */
  { kind: 'done'; projected?: boolean } | { kind: 'returned'; seconds: number | null };

/** The record of an event that has an outcome. */
export type SettledRecord = KnownRecord & { state: Outcome };

/** What is to be done before its fate can be decided; settle.ts does it, and comes back with a fact. */
export type Step =
  | { do: 'finish'; settlement: Settlement }
  | { do: 'finish-again'; record: SettledRecord }
  | { do: 'read-record' }
  | { do: 'record-attempt'; attempt: Attempt; error: unknown }
  | { do: 'count-return'; error: unknown }
  /** The record is closed to further runs, with these attempts more. */
  | { do: 'close'; attempts: readonly Attempt[]; lastWord: LastWord; because?: { said: string; error: unknown } }
  | { do: 'send-letter'; attempts: readonly Attempt[]; lastWord: LastWord }
  | { do: 'settle-expired' };

/** What happened to a delivery. */
export type Fact =
  // Before it ran
  | { kind: 'expired' }
  | { kind: 'invalid-data'; error: unknown }
  | { kind: 'unknown-schema'; error: unknown }
  /** Its runs died alone as often as it may be tried, or are all used up. */
  | { kind: 'exhausted'; attempts: readonly Attempt[]; lastWord: LastWord }
  | { kind: 'handed-back' }
  | { kind: 'behind-another' }
  | { kind: 'no-time' }
  // Its run
  | { kind: 'settled'; settlement: Settlement }
  | { kind: 'refused' }
  | { kind: 'conflict' }
  | { kind: 'transient'; error: unknown }
  | { kind: 'permanent'; error: unknown }
  | { kind: 'error'; error: unknown }
  /** `follows`: another one of its ordered group comes back before it. */
  | { kind: 'outage'; follows: boolean }
  // After its run
  | { kind: 'finished'; projected: boolean }
  | { kind: 'record-read'; record: KnownRecord | undefined }
  | { kind: 'attempt-recorded'; error: unknown }
  | { kind: 'return-counted'; returns: number; error: unknown }
  | { kind: 'closed'; attempts: readonly Attempt[]; lastWord: LastWord }
  | { kind: 'letter'; outcome: PublicationOutcome | undefined };

/** Facts that decide a fate at once, whatever is known of the delivery. */
type PlainFact = Extract<
  Fact,
  { kind: 'finished' | 'conflict' | 'outage' | 'behind-another' | 'no-time' | 'handed-back' | 'letter' }
>;

export interface Rules {
  retry: RetryOptions;
  random: Random;
  /** RFC 3339. */
  now: () => string;
}

/** Transactions that keep meeting, or a schema that this consumer does not know: after so many returns it is an attempt. */
const FREE_RETURNS = 20;

/**
 * The one table of fates: what follows for a delivery when something has happened to it. A run that dies leaves nothing here: its message
 * comes back when its visibility ends, its next delivery reads the record, and `record-read` says what follows; so it is after a crash
 * that follows the commit, where the record is final and what is missing of its projections and its answer is made good.
 */
export function decide(state: State, fact: Fact, rules: Rules): Fate | Step {
  const { receives } = state;
  const { retry, random, now } = rules;
  const spent = (attempts: number): boolean => attempts >= retry.attempts;
  switch (fact.kind) {
    case 'expired':
      return { do: 'settle-expired' };
    case 'settled':
      return { do: 'finish', settlement: fact.settlement };

    // The condition of a write did not hold: the record says why.
    case 'refused':
      return { do: 'read-record' };
    case 'record-read':
      return decideByRecord(state, fact.record, rules);

    // Tried again later, at no cost of an attempt (protocol: free-returns)
    case 'transient':
    case 'unknown-schema':
      return { do: 'count-return', error: fact.error };
    case 'return-counted':
      return fact.returns > FREE_RETURNS
        ? decide(state, { kind: 'error', error: fact.error }, rules)
        : { kind: 'returned', seconds: outageSeconds(receives, random) };

    // An attempt, or the last one (protocol: backoff)
    case 'error': {
      const attempt = failedAttempt(fact.error, now());
      return spent(attemptsOf(state).length + 1)
        ? {
            do: 'close',
            attempts: [attempt],
            lastWord: lastWordOf(fact.error, 'attempts-exhausted'),
            because: { said: 'last attempt failed', error: fact.error },
          }
        : { do: 'record-attempt', attempt, error: fact.error };
    }
    case 'attempt-recorded':
      return spent(attemptsOf(state).length)
        ? { do: 'close', attempts: [], lastWord: lastWordOf(fact.error, 'attempts-exhausted') }
        : { kind: 'returned', seconds: retrySeconds(fact.error, attemptsOf(state).length, retry, random) };
    case 'exhausted':
      return { do: 'close', attempts: fact.attempts, lastWord: fact.lastWord };
    case 'permanent':
    case 'invalid-data': {
      const attempts = [failedAttempt(fact.error, now())];
      const because = { said: 'no attempt would help', error: fact.error };
      return { do: 'close', attempts, lastWord: lastWordOf(fact.error, fact.kind), because };
    }

    // The record is closed first, then its letter is sent (protocol: failing-before-the-letter).
    case 'closed':
      return { do: 'send-letter', attempts: fact.attempts, lastWord: fact.lastWord };

    default:
      return fateOf(fact, receives, random);
  }
}

/** What follows at once, for a delivery or for a message that nobody here can read. */
export function fateOf(fact: PlainFact, receives: number, random: Random): Fate {
  switch (fact.kind) {
    case 'finished':
      return { kind: 'done', projected: fact.projected };
    // A message is done only when SQS has confirmed its letter (protocol: letter-before-ack).
    case 'letter':
      return fact.outcome === 'sent'
        ? { kind: 'done' }
        : { kind: 'returned', seconds: outageSeconds(receives, random) };
    // Tried again later, at no cost of an attempt (protocol: no-attempt-for-an-outage)
    case 'conflict':
      return { kind: 'returned', seconds: conflictSeconds(receives, random) };
    case 'outage':
      return { kind: 'returned', seconds: fact.follows ? 0 : outageSeconds(receives, random) };
    case 'behind-another':
    case 'no-time':
      return { kind: 'returned', seconds: 0 };
    // Made visible already
    case 'handed-back':
      return { kind: 'returned', seconds: null };
  }
}

/**
 * In this order (protocol: read-afterwards): another payload's, a later replay's, settled, on its way to the dead
 * letters; anything else is another run's.
 */
function decideByRecord(state: State, record: KnownRecord | undefined, rules: Rules): Fate | Step {
  const conflict = () => fateOf({ kind: 'conflict' }, state.receives, rules.random);
  const { message } = state;
  if (!record) return conflict();
  if (record.fingerprint !== message.fingerprint) return { do: 'send-letter', attempts: [], lastWord: idReused() };
  if (record.replay > message.replay) return { kind: 'done' };
  if (record.replay < message.replay) return conflict();
  // What newer code left undone is for newer code to do (protocol: newer-comes-back).
  const ours = isStoredByKnownCode(record);
  if (isFinal(record) && (ours || record.projected !== false)) return { do: 'finish-again', record };
  if (ours && record.state === 'failing' && record.lastWord)
    return { do: 'send-letter', attempts: record.attempts, lastWord: record.lastWord };
  return conflict();
}

/** The letter is a failure of its own and leaves the record of that other payload alone (protocol: letters-compare-fingerprints). */
const idReused = (): LastWord =>
  lastWordOf(stackless(new SluiceError('id-reused', 'the id was used before with another payload')), 'id-reused');
