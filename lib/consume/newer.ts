import { isTooOld, SOURCE_RETENTION_SECONDS } from '../core/retention.ts';
import { receiveCount, type SqsRecord, sentAt } from '../core/sqs-batch.ts';
import type { Batch } from './batch.ts';
import { fateOf } from './decide.ts';
import type { Decoded } from './decode.ts';
import type { Stranger } from './delivery.ts';
import type { Fate } from './facts.ts';

/**
 * Returns messages of a newer ingest for a newer consumer, at no cost: what nobody here can read has no key, so that
 * nothing is recorded (protocol: newer-comes-back). One that has waited for as long as is safe goes to the dead letters as it came
 * (protocol: waiting-ends). Behind one of its group that comes back a message is visible at once, as any follower: hidden longer than
 * its head it would hold up the group. Called when the fates of the others are decided.
 * @param records the whole batch, in its order
 * @param bury sends to the dead letters and decides what becomes of the messages
 */
export async function returnNewer(
  { newer, behind }: Pick<Decoded, 'newer' | 'behind'>,
  records: readonly SqsRecord[],
  batch: Batch,
  bury: (letters: readonly Stranger[]) => Promise<void>,
): Promise<void> {
  if (newer.length === 0) return;
  const { fates, ports, options } = batch;
  const { orderedBy } = options.definition;
  ports.log.warn('messages wait for a newer consumer', { messages: newer.length });
  const heads = new Set(newer);
  const followers = new Set(behind);
  const stopped = new Set<string>();
  const old: Stranger[] = [];
  const decide = (record: SqsRecord, follows: boolean): void => {
    const fate = waitOf(fateOf({ kind: 'outage', follows }, receiveCount(record), ports.random));
    if (follows || !isBackTooLate(record, fate, ports.clock.now())) fates.decide({ records: [record] }, fate);
    else old.push({ record, body: record.body });
  };
  for (const record of records) {
    const group = (orderedBy && record.attributes.MessageGroupId) ?? record.messageId;
    if (heads.has(record)) decide(record, stopped.has(group));
    else if (followers.has(record)) decide(record, true);
    if (!fates.isDone({ records: [record] })) stopped.add(group);
  }
  if (old.length > 0) await bury(old);
}

/** It waits as in an outage, and is none. */
const waitOf = (fate: Fate): Fate => (fate.kind === 'returned' && fate.why ? { ...fate, why: 'newer-version' } : fate);

const isBackTooLate = (record: SqsRecord, fate: Fate, now: number): boolean =>
  fate.kind === 'returned' && isTooOld(SOURCE_RETENTION_SECONDS, sentAt(record), now + (fate.seconds ?? 0) * 1000);
