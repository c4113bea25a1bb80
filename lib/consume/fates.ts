import { messageOf } from '../core/errors.ts';
import { type Fields, logEvents } from '../core/log-fields.ts';
import { batchResponse, type SqsBatchResponse, type SqsRecord, sentAt } from '../core/sqs-batch.ts';
import { withoutRedis } from '../core/without-redis.ts';
import type { Clock } from '../ports/clock.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { QueueControl } from '../ports/queue-control.ts';
import type { Results } from '../ports/results.ts';
import type { Log } from '../sdk/log.ts';
import type { Delivery, State } from './delivery.ts';
import type { Fate } from './facts.ts';

/** A start mark that stands in a record. */
export interface Mark {
  key: string;
  run: string;
}

/** Where the deliveries of one batch are on their way, and the fates that are decided; the answer to SQS follows from it. */
export interface Fates {
  /** A delivery has come so far. */
  reached(state: State): void;
  /** @param of without a key where nobody here can read the message */
  decide(of: Pick<Delivery, 'records'> & Partial<Pick<Delivery, 'key'>>, fate: Fate): void;
  of(delivery: Delivery): Fate | undefined;
  isDone(delivery: Pick<Delivery, 'records'>): boolean;
  /** It has an outcome: said in the log with the others of the batch when SQS is answered, because a line for each would cost more than the work. */
  settled(line: Fields): void;
  /** The start marks that still stand of what is not done. */
  marks(): Mark[];
  /** Sets visibility, notes why events come back, and answers for every record; one without a fate comes back. */
  respond(records: readonly SqsRecord[]): Promise<SqsBatchResponse>;
  /** As respond, without a call to SQS: they come back when the queue's own visibility timeout ends. */
  respondAtOnce(records: readonly SqsRecord[]): SqsBatchResponse;
}

export interface FatesPorts {
  queue: QueueControl;
  results: Pick<Results, 'noteWaits'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
  metrics: Metrics;
}

/** @param of the queue that the messages are of, and the event type */
export function createFates(
  { queueUrl, type }: { queueUrl: string; type: string },
  { queue, results, clock, log, metrics }: FatesPorts,
): Fates {
  const settled: Fields[] = [];
  let isTold = false;
  const keys = new Map<SqsRecord, string>();
  const states = new Map<SqsRecord, State>();
  const fates = new Map<SqsRecord, Fate>();
  const of = ({ records: [first] }: Pick<Delivery, 'records'>): Fate | undefined => fates.get(first);
  const isDone = (delivery: Pick<Delivery, 'records'>): boolean => of(delivery)?.kind === 'done';
  const back = (records: readonly SqsRecord[]) =>
    records.flatMap((record) => {
      const fate: Fate = fates.get(record) ?? { kind: 'returned', seconds: null };
      return fate.kind === 'returned' ? [{ record, seconds: fate.seconds, why: fate.why }] : [];
    });
  /** Once a batch, also where its work goes on behind the answer. */
  function tell(records: readonly SqsRecord[]): void {
    if (isTold) return;
    isTold = true;
    const now = clock.now();
    for (const record of records)
      metrics.add('WaitingSeconds', type, Math.max(0, Math.round((now - sentAt(record)) / 1000)));
    const returned = back(records).filter(({ why }) => why === 'outage').length;
    if (returned > 0) metrics.add('ReturnedForInfrastructure', 'consume', returned);
  }

  const respondAtOnce = (records: readonly SqsRecord[]) => {
    tell(records);
    logEvents(log.info, 'settled', settled.splice(0));
    return batchResponse(back(records).map(({ record }) => record));
  };

  async function setVisibility(records: readonly SqsRecord[]): Promise<void> {
    const changes = back(records).flatMap(({ record: { receiptHandle }, seconds }) =>
      seconds === null ? [] : [{ receiptHandle, seconds }],
    );
    if (changes.length === 0) return;
    await queue.changeVisibility(queueUrl, changes).catch((error: unknown) => {
      // They come back all the same, when the queue's own visibility timeout ends.
      log.warn('visibility could not be set', { messages: changes.length, reason: messageOf(error) });
    });
  }

  /** For whoever asks for these events meanwhile; nobody else reads it (protocol: says-why-it-waits). */
  async function noteWaits(records: readonly SqsRecord[]): Promise<void> {
    const now = clock.now();
    const waits = back(records).flatMap(({ record, seconds, why }) => {
      const key = keys.get(record);
      if (key === undefined || why === undefined || seconds === null) return [];
      return [{ key, why, seconds, at: new Date(now + seconds * 1000).toISOString() }];
    });
    if (waits.length > 0) await withoutRedis(log, 'nobody is told why events wait', () => results.noteWaits(waits));
  }

  return {
    reached: (state) => states.set(state.records[0], state),
    decide: ({ records, key }, fate) => {
      for (const record of records) fates.set(record, fate);
      if (key !== undefined) keys.set(records[0], key);
    },
    of,
    isDone,
    settled: (line) => void settled.push(line),
    marks: () =>
      [...states.values()].flatMap((state) =>
        state.run === undefined || isDone(state) ? [] : [{ key: state.key, run: state.run }],
      ),
    respond: async (records) => {
      await Promise.all([setVisibility(records), noteWaits(records)]);
      return respondAtOnce(records);
    },
    respondAtOnce,
  };
}
