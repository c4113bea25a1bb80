import type { LastWord } from '../core/failure.ts';
import { isStoredByKnownCode } from '../core/format.ts';
import { failedAttempt, lastWordOf } from '../core/last-word.ts';
import { isTooOld, SOURCE_RETENTION_SECONDS } from '../core/retention.ts';
import { saidByUs, type Thrown } from '../core/thrown.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { KnownRecord } from '../ports/records.ts';
import { isFinal } from '../results/settled-event.ts';
import type { RetryOptions } from '../sdk/declarations.ts';
import { attemptedSoFar, type State } from './delivery.ts';
import type { Fact, Fate, Step } from './facts.ts';
import { conflictSeconds, freeSeconds, outageSeconds, retrySeconds, secondsEarly } from './retry.ts';

/** Facts that decide a fate at once, whatever is known of the delivery. */
type PlainFact = Extract<
  Fact,
  { kind: 'finished' | 'conflict' | 'outage' | 'early' | 'behind-another' | 'no-time' | 'handed-back' | 'letter' }
>;

export interface Rules {
  retry: RetryOptions;
  random: Random;
  clock: Pick<Clock, 'now'>;
}

/** Transactions that keep meeting, or a step that fails: after so many returns it is an attempt. */
const FREE_RETURNS = 20;

/**
 * The one table of fates: what follows for a delivery when something has happened to it. A run that dies leaves nothing here: its message
 * comes back when its visibility ends, its next delivery reads the record, and `record-read` says what follows; so it is after a crash
 * that follows the commit, where the record is final and what is missing of its projections and its answer is made good.
 */
export function decide(state: State, fact: Fact, rules: Rules): Fate | Step {
  const { receives } = state;
  const { type } = state.message;
  const { retry, random, clock } = rules;
  const now = (): string => new Date(clock.now()).toISOString();
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
      return { do: 'count-return', error: fact.error };
    case 'return-counted':
      return fact.returns > FREE_RETURNS
        ? decide(state, { kind: 'error', error: fact.error }, rules)
        : { kind: 'returned', seconds: outageSeconds(receives, random) };

    // Tried again later, at no cost of an attempt, until its message is about to die of age (protocol: waiting-ends)
    case 'not-ready':
      return waits(state, fact, rules, (lastWord) => ({ do: 'close', attempts: [], lastWord }));
    case 'return-recorded':
    case 'attempt-recorded':
      return { kind: 'returned', seconds: fact.seconds };

    // An attempt, or the last one (protocol: backoff)
    case 'error': {
      const { error } = fact;
      const attempt = failedAttempt(error, now());
      const attempts = attemptedSoFar(state) + 1;
      const free = isFree(error, receives);
      const seconds = free ? freeSeconds(error, receives, retry, random) : retrySeconds(error, attempts, retry, random);
      if (free)
        return isBackTooLate(state, seconds, rules)
          ? { do: 'close', attempts: [], lastWord: lastWordOf(error, 'attempts-exhausted', type, WAITED) }
          : { do: 'record-return', seconds, error };
      return spent(attempts) || isBackTooLate(state, seconds, rules, LAST_ATTEMPT_SECONDS)
        ? {
            do: 'close',
            attempts: [attempt],
            lastWord: lastWordOf(error, 'attempts-exhausted', type),
            asRead: true,
            because: { said: 'last attempt failed', error },
          }
        : { do: 'record-attempt', attempt, seconds, error };
    }
    case 'exhausted':
      return { do: 'close', attempts: fact.attempts, lastWord: fact.lastWord, asRead: true };
    case 'permanent':
    case 'invalid-data': {
      const attempts = [failedAttempt(fact.error, now())];
      const because = { said: 'no attempt would help', error: fact.error };
      return { do: 'close', attempts, lastWord: lastWordOf(fact.error, fact.kind, type), because };
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
        : { kind: 'returned', seconds: outageSeconds(receives, random), why: 'outage' };
    // Tried again later, at no cost of an attempt (protocol: no-attempt-for-an-outage)
    case 'conflict':
      return { kind: 'returned', seconds: conflictSeconds(receives, random) };
    case 'outage':
      return fact.follows
        ? { kind: 'returned', seconds: 0 }
        : { kind: 'returned', seconds: outageSeconds(receives, random), why: 'outage' };
    case 'early':
      return { kind: 'returned', seconds: fact.seconds };
    case 'behind-another':
    case 'no-time':
      return { kind: 'returned', seconds: 0 };
    // Made visible already
    case 'handed-back':
      return { kind: 'returned', seconds: null };
  }
}

/** What the last word of an event that waited for too long begins with. */
const WAITED = 'it waited for as long as SQS safely keeps its message: ';

/** What an outage made old has its attempts all the same; so much is left for the letter of the last (protocol: waiting-ends). */
const LAST_ATTEMPT_SECONDS = 3600;

/** Would a message that comes back in so many seconds be in danger of dying of age, unseen? */
const isBackTooLate = ({ sentAt }: State, seconds: number, { clock }: Rules, lastSeconds?: number): boolean =>
  isTooOld(SOURCE_RETENTION_SECONDS, sentAt, clock.now() + seconds * 1000, lastSeconds);

/** It comes back as in an outage, at no cost; or its waiting ends (protocol: waiting-ends). */
function waits(
  state: State,
  { why, detail }: Pick<Extract<Fact, { kind: 'not-ready' }>, 'why' | 'detail'>,
  rules: Rules,
  end: (lastWord: LastWord) => Step,
): Fate | Step {
  const seconds = outageSeconds(state.receives, rules.random);
  if (!isBackTooLate(state, seconds, rules)) return { kind: 'returned', seconds, why };
  return end(lastWordOf(saidByUs(why, detail), 'attempts-exhausted', null, WAITED));
}

/** A handler may ask for another run at no cost so many receives long; half of those that SQS allows are left for attempts. */
const FREE_RECEIVES = 500;

/** Does what the handler threw cost no attempt (protocol: free-retry)? */
const isFree = ({ retryLater }: Thrown, receives: number): boolean =>
  retryLater !== undefined && !retryLater.counts && receives <= FREE_RECEIVES;

/**
 * In this order (protocol: read-afterwards, attempts-have-a-due-time): another payload's, a later replay's, settled, on its way to the dead
 * letters, waiting for its next attempt; anything else is another run's.
 */
function decideByRecord(state: State, record: KnownRecord | undefined, rules: Rules): Fate | Step {
  const conflict = () => fateOf({ kind: 'conflict' }, state.receives, rules.random);
  const { message } = state;
  if (!record) return conflict();
  if (record.fingerprint !== message.fingerprint) return { do: 'send-letter', attempts: [], lastWord: idReused() };
  if (record.replay > message.replay) return { kind: 'done' };
  if (record.replay < message.replay) return conflict();
  const ours = isStoredByKnownCode(record);
  if (isFinal(record) && (ours || record.projected !== false)) return { do: 'finish-again', record };
  // What newer code left undone is for newer code to do; its record is not ours to close (protocol: newer-comes-back).
  const newer = { why: 'newer-version', detail: 'newer code wrote its record' } as const;
  if (!ours)
    return waits(state, newer, rules, (lastWord) => ({ do: 'send-letter', attempts: record.attempts, lastWord }));
  if (record.state === 'failing' && record.lastWord)
    return { do: 'send-letter', attempts: record.attempts, lastWord: record.lastWord };
  const seconds = secondsEarly(record, rules.clock.now());
  return seconds === undefined ? conflict() : fateOf({ kind: 'early', seconds }, state.receives, rules.random);
}

/** The letter is a failure of its own and leaves the record of that other payload alone (protocol: letters-compare-fingerprints). */
const idReused = (): LastWord =>
  lastWordOf(saidByUs('id-reused', 'the id was used before with another payload'), 'id-reused', null);
