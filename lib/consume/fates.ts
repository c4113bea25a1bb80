import { messageOf, TransientError } from '../core/errors.ts';
import { batchResponse, type SqsBatchResponse, type SqsRecord } from '../core/sqs-batch.ts';
import type { Random } from '../ports/clock.ts';
import type { QueueControl } from '../ports/queue-control.ts';
import type { Log } from '../sdk/log.ts';
import type { Breaker } from './breaker.ts';
import type { Delivery } from './delivery.ts';
import { groupOf } from './delivery.ts';
import { conflictSeconds, outageSeconds } from './retry.ts';
import { type Pings, verdict } from './verdict.ts';

/** What becomes of a message: deleted; or visible again after so many seconds, or (`null`) as it is already. */
export type Fate =
  /** `projected`: its projections were applied, its record is still to be told. */
  { kind: 'done'; projected?: boolean } | { kind: 'returned'; seconds: number | null };

export const done: Fate = { kind: 'done' };
export const returned = (seconds: number | null): Fate => ({ kind: 'returned', seconds });

export interface FatePorts {
  queue: QueueControl;
  ping: Pings;
  random: Random;
  log: Log;
}

/** The fates of one batch's records, and the answer that they make. */
export interface Fates {
  decide(delivery: Pick<Delivery, 'records'>, fate: Fate): void;
  of(delivery: Delivery): Fate | undefined;
  isDone(delivery: Pick<Delivery, 'records'>): boolean;
  /** A dependency is down: the messages come back at no cost of an attempt, and the breaker opens. */
  outage(deliveries: readonly Delivery[], error: unknown): void;
  /**
   * Come back because the breaker is open. Of an ordered group its head alone is hidden: a follower that is hidden longer would hold up the
   * group after its head is back.
   */
  heldBack(deliveries: readonly Delivery[]): void;
  /**
   * Decides by a step that may throw. In an outage the message comes back; otherwise the fault is counted, so that one that stays is
   * a failure in the end. What the step had done already will be found done.
   */
  decideBy(delivery: Delivery, step: () => Promise<Fate>): Promise<void>;
  /** Sets visibility and answers for every record; one without a fate comes back. */
  respond(records: readonly SqsRecord[], queueUrl: string): Promise<SqsBatchResponse>;
  /** As respond, without a call to SQS: they come back when the queue's own visibility timeout ends. */
  respondAtOnce(records: readonly SqsRecord[]): SqsBatchResponse;
}

/**
 * @param ordered whether the type is
 * @param count a fault that is nobody's outage: comes back so many times, then it is an attempt
 */
export function createFates(
  { queue, ping, random, log }: FatePorts,
  breaker: Breaker,
  ordered: boolean,
  count: (delivery: Delivery, error: unknown) => Promise<Fate>,
): Fates {
  const fates = new Map<SqsRecord, Fate>();
  const decide = (delivery: Pick<Delivery, 'records'>, fate: Fate): void => {
    for (const record of delivery.records) fates.set(record, fate);
  };
  const heldBack = (deliveries: readonly Delivery[]): void => {
    const heads = new Set<string>();
    for (const delivery of deliveries) {
      const follows = ordered && heads.has(groupOf(delivery));
      heads.add(groupOf(delivery));
      decide(delivery, returned(follows ? 0 : outageSeconds(delivery.receives, random)));
    }
  };
  const outage = (deliveries: readonly Delivery[], error: unknown): void => {
    breaker.trip();
    log.warn('returned for infrastructure', { messages: deliveries.length, reason: messageOf(error) });
    heldBack(deliveries);
  };
  const back = (records: readonly SqsRecord[]) =>
    records.flatMap((record) => {
      const fate = fates.get(record) ?? returned(null);
      return fate.kind === 'returned' ? [{ record, seconds: fate.seconds }] : [];
    });

  return {
    decide,
    heldBack,
    outage,
    of: (delivery) => fates.get(delivery.records[0]),
    isDone: (delivery) => fates.get(delivery.records[0])?.kind === 'done',
    decideBy: async (delivery, step) => {
      try {
        decide(delivery, await step());
      } catch (error) {
        const { kind } = await verdict(error, ping);
        if (kind === 'infrastructure') return outage([delivery], error);
        log.error('a step failed, the message comes back', { key: delivery.key, error });
        if (error instanceof TransientError)
          return decide(delivery, returned(conflictSeconds(delivery.receives, random)));
        decide(delivery, await count(delivery, error).catch(() => returned(outageSeconds(delivery.receives, random))));
      }
    },
    respond: async (records, queueUrl) => {
      const changes = back(records).flatMap(({ record: { receiptHandle }, seconds }) =>
        seconds === null ? [] : [{ receiptHandle, seconds }],
      );
      if (changes.length > 0) {
        await queue.changeVisibility(queueUrl, changes).catch((error: unknown) => {
          // They come back all the same, when the queue's own visibility timeout ends.
          log.warn('visibility could not be set', { messages: changes.length, reason: messageOf(error) });
        });
      }
      return batchResponse(back(records).map(({ record }) => record));
    },
    respondAtOnce: (records) => batchResponse(back(records).map(({ record }) => record)),
  };
}
