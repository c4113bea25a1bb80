import type { Breaker } from './breaker.ts';
import type { Delivery } from './delivery.ts';
import { messageOf, TransientError } from './errors.ts';
import type { Log, QueueControl, Random } from './ports.ts';
import { conflictSeconds, outageSeconds } from './retry.ts';
import { batchResponse, type SqsBatchResponse, type SqsRecord } from './sqs-batch.ts';
import { type Pings, verdict } from './verdict.ts';

/** What becomes of a message: deleted; or visible again after so many seconds, or (`null`) as it is already. */
export type Fate = { kind: 'done'; projected?: string } | { kind: 'returned'; seconds: number | null };

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
  isDone(delivery: Delivery): boolean;
  /** A dependency is down: the message comes back at no cost of an attempt, and the breaker opens. */
  outage(delivery: Delivery, error: unknown): void;
  /** Comes back because the breaker is open. */
  heldBack(delivery: Delivery): void;
  /** Does a step that decides a fate; where it throws the message comes back, and what was done already will be found done. */
  step(delivery: Delivery, work: () => Promise<Fate>): Promise<void>;
  /** Keys of events whose projections were applied in this batch. */
  projected(): string[];
  /** Sets visibility and answers for every record; one without a fate comes back. */
  respond(records: readonly SqsRecord[], queueUrl: string): Promise<SqsBatchResponse>;
}

export function createFates({ queue, ping, random, log }: FatePorts, breaker: Breaker): Fates {
  const fates = new Map<SqsRecord, Fate>();
  const decide = (delivery: Pick<Delivery, 'records'>, fate: Fate): void => {
    for (const record of delivery.records) fates.set(record, fate);
  };
  const heldBack = (delivery: Delivery): void => decide(delivery, returned(outageSeconds(delivery.receives, random)));
  const outage = (delivery: Delivery, error: unknown): void => {
    breaker.trip();
    log.warn('returned for infrastructure', { key: delivery.key, reason: messageOf(error) });
    heldBack(delivery);
  };
  return {
    decide,
    heldBack,
    outage,
    isDone: (delivery) => fates.get(delivery.records[0])?.kind === 'done',
    step: async (delivery, work) => {
      try {
        decide(delivery, await work());
      } catch (error) {
        const { kind } = await verdict(error, ping);
        if (kind === 'infrastructure') return outage(delivery, error);
        log.error('a step failed, the message comes back', { key: delivery.key, reason: messageOf(error) });
        decide(
          delivery,
          returned(
            error instanceof TransientError ? conflictSeconds(random) : outageSeconds(delivery.receives, random),
          ),
        );
      }
    },
    projected: () => [
      ...new Set(
        [...fates.values()].flatMap((fate) =>
          fate.kind === 'done' && fate.projected !== undefined ? [fate.projected] : [],
        ),
      ),
    ],
    respond: async (records, queueUrl) => {
      const back = records.flatMap((record) => {
        const fate = fates.get(record) ?? returned(null);
        return fate.kind === 'returned' ? [{ record, seconds: fate.seconds }] : [];
      });
      const changes = back.flatMap(({ record: { receiptHandle }, seconds }) =>
        seconds === null ? [] : [{ receiptHandle, seconds }],
      );
      if (changes.length > 0) {
        await queue.changeVisibility(queueUrl, changes).catch((error: unknown) => {
          // They come back all the same, when the queue's own visibility timeout ends.
          log.warn('visibility could not be set', { messages: changes.length, reason: messageOf(error) });
        });
      }
      return batchResponse(back.map(({ record }) => record));
    },
  };
}
