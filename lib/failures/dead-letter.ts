import { attemptedOf, type CountedAttempts, keptOf } from '../core/attempts.ts';
import {
  codeOf,
  DependencyError,
  messageOf,
  NewerFormatError,
  StrangeSenderError,
  UndecodableError,
} from '../core/errors.ts';
import { eventKey } from '../core/event-key.ts';
import type { LastWord } from '../core/failure.ts';
import { undecodableId } from '../core/failure-id.ts';
import { lastWordAfter } from '../core/last-word.ts';
import { decodeLetter, type Letter } from '../core/letter.ts';
import { eventFields, type Fields } from '../core/log-fields.ts';
import { NO_TYPE } from '../core/metrics.ts';
import { isTooOld, LETTER_RETENTION_SECONDS } from '../core/retention.ts';
import { batchResponse, type SqsBatchResponse, type SqsRecord, sentAt } from '../core/sqs-batch.ts';
import type { Clock } from '../ports/clock.ts';
import type { FailureDecision, FailureRecord, Failures } from '../ports/failures.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { EventRecord } from '../ports/records.ts';
import type { Results } from '../ports/results.ts';
import type { Tracing } from '../ports/tracing.ts';
import { isFinal, settledFrom } from '../results/settled-event.ts';
import type { Log } from '../sdk/log.ts';
import { inLetterSpan } from './in-letter-span.ts';
import { failureOf, undecodable } from './new-failure.ts';
import type { Believes } from './senders.ts';

const RECEIVES_EXHAUSTED = { code: 'receives-exhausted', message: 'SQS moved the message after its last receive' };

export interface DeadLetterPorts {
  failures: Failures;
  results: Pick<Results, 'tell'>;
  believes: Believes;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  tracing?: Tracing | undefined;
}

/**
 * The dead-letter function: every letter becomes a failure, and its event's state `failed`, in one transaction
 * (protocol: failure-and-record). One whose sender serves another type ends nobody's event (protocol: letters-by-sender). Letters whose failure could not be written come back, and so do those of newer code
 * (protocol: newer-comes-back); SQS keeps them 14 days.
 */
export async function recordFailures(records: readonly SqsRecord[], ports: DeadLetterPorts): Promise<SqsBatchResponse> {
  const { log } = ports;
  const returned: SqsRecord[] = [];
  let { results } = ports;
  let outage = false;
  let newer = 0;
  // One after another: letters of one event must not meet each other's transactions.
  for (const record of records) {
    try {
      if (outage) returned.push(record);
      else await recordFailure(record, { ...ports, results });
    } catch (error) {
      returned.push(record);
      if (error instanceof NewerFormatError) {
        newer++;
        continue;
      }
      const why = { ...fieldsIn(record), code: codeOf(error), reason: messageOf(error) };
      // The others would wait for the same silence, one budget each, and the function would run out of time.
      if (isOfRedis(error)) {
        log.warn('nobody could be told of a failure, its letter comes back', why);
        results = { tell: () => Promise.reject(error) };
        continue;
      }
      log.error('a failure could not be recorded, its letter comes back', why);
      outage = error instanceof DependencyError;
    }
  }
  if (newer > 0) log.warn('letters wait for newer code', { letters: newer });
  return batchResponse(returned);
}

/** Its failure is recorded by then: Redis only tells of it (protocol: redis-is-speed). */
const isOfRedis = (error: unknown): error is DependencyError =>
  error instanceof DependencyError && error.dependency === 'redis';

/** What can be said of the event in a letter that comes back. */
function fieldsIn({ body }: SqsRecord): Fields {
  try {
    return eventFields(decodeLetter(body).message);
  } catch {
    return {};
  }
}

async function recordFailure(record: SqsRecord, ports: DeadLetterPorts): Promise<void> {
  const { failures, clock } = ports;
  try {
    const letter = decodeLetter(record.body);
    if (!ports.believes(record.attributes, letter.message.type)) throw new StrangeSenderError(letter.message.type);
    await inLetterSpan(record, letter, ports.tracing, () => recordLetter(letter, ports));
  } catch (error) {
    if (!(isNobodys(error) || isGivenUp(error, record, clock))) throw error;
    const now = new Date(clock.now()).toISOString();
    const { failure } = await failures.record(null, () => ({ failure: undecodable(record.body, error, now) }));
    const sender = error instanceof StrangeSenderError && { sender: senderIn(record) };
    tellRecorded(ports, NO_TYPE, failure, { failure: undecodableId(record.body), ...sender });
  }
}

const senderIn = ({ attributes: { DeadLetterQueueSourceArn: from, SenderId } }: SqsRecord): string =>
  from ?? SenderId ?? 'unknown';

/** What is said here is said of no event: nothing in the body is believed. */
const isNobodys = (error: unknown): error is UndecodableError | StrangeSenderError =>
  error instanceof UndecodableError || error instanceof StrangeSenderError;

/** A letter for newer code has waited for as long as SQS safely keeps it: what it says is kept, as nobody's (protocol: waiting-ends). */
const isGivenUp = (error: unknown, record: SqsRecord, clock: Clock): error is NewerFormatError =>
  error instanceof NewerFormatError && isTooOld(LETTER_RETENTION_SECONDS, sentAt(record), clock.now());

async function recordLetter(letter: Letter, ports: DeadLetterPorts): Promise<void> {
  const { failures, results, clock } = ports;
  const now = new Date(clock.now()).toISOString();
  const { message } = letter;
  const key = eventKey(message.tenant, message.source, message.id);
  const { failure, record } = await failures.record(key, (stored) => decide(letter, key, stored, now));
  // It is so from here on, whether or not anybody hears of it.
  const counted = failure && { attempts: failure.attempted };
  tellRecorded(ports, message.type, failure, { ...eventFields(message), ...counted });
  if (record && isFinal(record) && record.fingerprint === message.fingerprint && record.replay === message.replay) {
    await results.tell(
      key,
      { outcome: record.state, fingerprint: record.fingerprint, replay: record.replay },
      settledFrom(record),
    );
  }
}

function tellRecorded(
  { log, metrics }: Pick<DeadLetterPorts, 'log' | 'metrics'>,
  type: string,
  failure: FailureRecord | undefined,
  fields: Fields,
): void {
  if (!failure) {
    log.info('a letter changes nothing', fields);
    return;
  }
  metrics.add('FailuresRecorded', type, 1);
  const { _id, cause, code, message: reason } = failure;
  log.warn('failure recorded', { ...fields, failure: _id, cause, code, reason });
}

/**
 * What a letter makes of its event. Another payload's letter, whatever its cause, is a failure of its own and leaves
 * the record alone (protocol: letters-compare-fingerprints); a letter of an event that is final, or of an earlier
 * replay, changes nothing. The letter of a replay makes its failure `failed-again`
 * (protocol: settling-closes-the-failure).
 * @throws StrangeSenderError when its event is of another type: a fingerprint is of one type alone, so this one was copied
 */
export function decide(letter: Letter, key: string, record: EventRecord | null, now: string): FailureDecision | null {
  const { message } = letter;
  if (record && record.fingerprint !== message.fingerprint) {
    const first = lastWordOf(letter, null);
    const reused = {
      cause: 'id-reused',
      code: 'id-reused',
      message: `the id was used before with another payload (this one: ${first.code}, ${first.message})`,
      group: first.group,
    } as const;
    return { failure: failureOf(key, message, reused, attemptsOf(letter, null), now) };
  }
  if (record && record.type !== message.type) throw new StrangeSenderError(message.type);
  if (record && (isFinal(record) || record.replay !== message.replay)) return null;
  const attempts = attemptsOf(letter, record);
  return {
    failure: failureOf(key, message, lastWordOf(letter, record), attempts, now),
    closes: { key, message, ...attempts },
  };
}

/**
 * A bare message carries no reason: its record does, or SQS itself gave it up after its last receive
 * (protocol: bare-letter).
 */
function lastWordOf({ lastWord }: Letter, record: EventRecord | null): LastWord {
  const known = lastWord ?? record?.lastWord;
  if (known) return known;
  return lastWordAfter(record?.attempts ?? [], RECEIVES_EXHAUSTED);
}

/** A letter lacks what was recorded after it; a record whose events a crash took lacks what only the letter says. */
function attemptsOf(letter: Letter, record: EventRecord | null): CountedAttempts {
  const recorded = record?.attempts ?? [];
  const attempts = keptOf(letter.attempts.length >= recorded.length ? letter.attempts : recorded);
  return { attempts, attempted: Math.max(letter.attempts.length, record ? attemptedOf(record) : 0) };
}
