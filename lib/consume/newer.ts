import { receiveCount, type SqsRecord } from '../core/sqs-batch.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { type FatePorts, type Fates, returned } from './fates.ts';
import { outageSeconds } from './retry.ts';

/**
 * Returns messages of a newer ingest for a newer consumer, at no cost: what nobody here can read has no key, so that
 * nothing is recorded. Behind one of its group that comes back such a message is visible at once, as any follower:
 * hidden longer than its head it would hold up the group. Called when the fates of the others are decided.
 * @param newer as decodeBatch found them in this batch
 */
export function returnNewer(
  newer: readonly SqsRecord[],
  batch: readonly SqsRecord[],
  { type, orderedBy }: Pick<EventDefinition, 'type' | 'orderedBy'>,
  fates: Fates,
  { random, log }: Pick<FatePorts, 'random' | 'log'>,
): void {
  if (newer.length === 0) return;
  log.warn('messages wait for a newer consumer', { type, messages: newer.length });
  const waiting = new Set(newer);
  const stopped = new Set<string>();
  for (const record of batch) {
    const group = (orderedBy && record.attributes.MessageGroupId) ?? record.messageId;
    const seconds = stopped.has(group) ? 0 : outageSeconds(receiveCount(record), random);
    if (waiting.has(record)) fates.decide({ records: [record] }, returned(seconds));
    if (!fates.isDone({ records: [record] })) stopped.add(group);
  }
}
