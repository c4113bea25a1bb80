import { messageOf } from '../core/errors.ts';
import { batchResponse, type SqsBatchResponse, type SqsRecord } from '../core/sqs-batch.ts';
import type { QueueControl } from '../ports/queue-control.ts';
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
  decide(of: Pick<Delivery, 'records'>, fate: Fate): void;
  of(delivery: Delivery): Fate | undefined;
  isDone(delivery: Pick<Delivery, 'records'>): boolean;
  /** The start marks that still stand of what is not done. */
  marks(): Mark[];
  /** Sets visibility and answers for every record; one without a fate comes back. */
  respond(records: readonly SqsRecord[]): Promise<SqsBatchResponse>;
  /** As respond, without a call to SQS: they come back when the queue's own visibility timeout ends. */
  respondAtOnce(records: readonly SqsRecord[]): SqsBatchResponse;
}

export function createFates(queueUrl: string, { queue, log }: { queue: QueueControl; log: Log }): Fates {
  const states = new Map<SqsRecord, State>();
  const fates = new Map<SqsRecord, Fate>();
  const of = ({ records: [first] }: Pick<Delivery, 'records'>): Fate | undefined => fates.get(first);
  const isDone = (delivery: Pick<Delivery, 'records'>): boolean => of(delivery)?.kind === 'done';
  const back = (records: readonly SqsRecord[]) =>
    records.flatMap((record) => {
      const fate = fates.get(record) ?? { kind: 'returned', seconds: null };
      return fate.kind === 'returned' ? [{ record, seconds: fate.seconds }] : [];
    });
  const respondAtOnce = (records: readonly SqsRecord[]) => batchResponse(back(records).map(({ record }) => record));

  return {
    reached: (state) => states.set(state.records[0], state),
    decide: ({ records }, fate) => {
      for (const record of records) fates.set(record, fate);
    },
    of,
    isDone,
    marks: () =>
      [...states.values()].flatMap((state) =>
        state.run === undefined || isDone(state) ? [] : [{ key: state.key, run: state.run }],
      ),
    respond: async (records) => {
      const changes = back(records).flatMap(({ record: { receiptHandle }, seconds }) =>
        seconds === null ? [] : [{ receiptHandle, seconds }],
      );
      if (changes.length > 0) {
        await queue.changeVisibility(queueUrl, changes).catch((error: unknown) => {
          // They come back all the same, when the queue's own visibility timeout ends.
          log.warn('visibility could not be set', { messages: changes.length, reason: messageOf(error) });
        });
      }
      return respondAtOnce(records);
    },
    respondAtOnce,
  };
}
