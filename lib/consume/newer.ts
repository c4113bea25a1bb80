import { receiveCount, type SqsRecord } from '../core/sqs-batch.ts';
import type { Batch } from './batch.ts';
import { fateOf } from './decide.ts';

/**
 * Returns messages of a newer ingest for a newer consumer, at no cost: what nobody here can read has no key, so that
 * nothing is recorded (protocol: newer-comes-back). Behind one of its group that comes back such a message is visible at once, as any follower:
 * hidden longer than its head it would hold up the group. Called when the fates of the others are decided.
 * @param newer as decodeBatch found them among these records
 */
export function returnNewer(newer: readonly SqsRecord[], records: readonly SqsRecord[], batch: Batch): void {
  if (newer.length === 0) return;
  const { fates, ports, options } = batch;
  const { type, orderedBy } = options.definition;
  ports.log.warn('messages wait for a newer consumer', { type, messages: newer.length });
  const waiting = new Set(newer);
  const stopped = new Set<string>();
  for (const record of records) {
    const group = (orderedBy && record.attributes.MessageGroupId) ?? record.messageId;
    const fact = { kind: 'outage', follows: stopped.has(group) } as const;
    if (waiting.has(record)) fates.decide({ records: [record] }, fateOf(fact, receiveCount(record), ports.random));
    if (!fates.isDone({ records: [record] })) stopped.add(group);
  }
}
