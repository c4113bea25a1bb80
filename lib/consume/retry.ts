import type { Thrown } from '../core/thrown.ts';
import type { Random } from '../ports/clock.ts';
import type { KnownRecord } from '../ports/records.ts';
import type { RetryOptions } from '../sdk/declarations.ts';
import { LONGEST_SECONDS } from '../sdk/retry-after.ts';

/**
 * Seconds until the next attempt: what the handler asked for, else exponential with full jitter (protocol: backoff).
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param attempt how many attempts there were, 1 or more
 */
export function retrySeconds(
  { retryLater }: Pick<Thrown, 'retryLater'>,
  attempt: number,
  { base, cap }: RetryOptions,
  random: Random,
): number {
  if (retryLater?.seconds !== undefined) return Math.min(Math.max(0, Math.ceil(retryLater.seconds)), LONGEST_SECONDS);
  return Math.ceil(random() * Math.min(cap, base * 2 ** (attempt - 1)));
}

/**
 * As retrySeconds, of a wait that costs no attempt: it grows with the receives. What asks for no time at all is left to the
 * backoff too, or the receives that may be free would be used up within minutes (protocol: free-retry).
 */
export function freeSeconds(
  { retryLater }: Pick<Thrown, 'retryLater'>,
  receives: number,
  options: RetryOptions,
  random: Random,
): number {
  const asked = retryLater?.seconds !== undefined && retryLater.seconds > 0;
  return Math.max(1, retrySeconds(asked ? { retryLater } : {}, receives, options, random));
}

/** Between the clocks of two machines, and what SQS rounds. */
const GRACE_MS = 1000;

/**
 * Copies of a message neither use up attempts nor skip the backoff (protocol: attempts-have-a-due-time).
 * @param now milliseconds since the epoch
 * @returns seconds until the next attempt is due; undefined where it is, or none has failed
 */
export function secondsEarly({ dueAt }: Pick<KnownRecord, 'dueAt'>, now: number): number | undefined {
  const ms = (dueAt?.getTime() ?? now) - now;
  return ms > GRACE_MS ? Math.ceil(ms / 1000) : undefined;
}
const OUTAGE_BASE = 5;
/** From here on a message waits at least so long, so that the receives that SQS allows outlast its retention. */
const OUTAGE_FLOOR = 600;

/**
 * Seconds until a message that came back for infrastructure is tried again: up to 5 s at random, each time up to twice as much, then
 * 10 to 20 minutes. Full jitter from the first return on: what an outage sent back together does not come back as one wave
 * (protocol: no-attempt-for-an-outage).
 */
export function outageSeconds(receives: number, random: Random): number {
  const doubled = OUTAGE_BASE * 2 ** Math.min(receives - 1, 10);
  const late = doubled > OUTAGE_FLOOR ? OUTAGE_FLOOR : 0;
  return Math.ceil(late + random() * Math.min(doubled, OUTAGE_FLOOR));
}

/** So many times a run that met another one comes back soon. */
const SOON = 5;

/**
 * Seconds after which a run that met another run of the same event is tried again; where they keep meeting, as after an outage, so that
 * the receives that SQS allows outlast what is the matter (protocol: conflicts).
 */
export const conflictSeconds = (receives: number, random: Random): number =>
  receives <= SOON ? 1 + Math.floor(random() * 3) : outageSeconds(receives - SOON, random);

/** Milliseconds before a handler is run again after a write conflict; full jitter from 20 ms doubling. */
export const rerunMs = (rerun: number, random: Random): number => random() * 20 * 2 ** rerun;
