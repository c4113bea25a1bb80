import type { Settlement } from '../../ports/transaction.ts';
import { replayedUpdate, settledRecord, settlementUpdate } from './record-updates.ts';
import { type Write, writeOf } from './write-together.ts';

/**
 * What settles these events: their records, then the failures that they close (protocol: settling-closes-the-failure). Of several those are
 * inserted of which no record is known; one alone was not looked up, as a rule (protocol: one-condition).
 */
export function settlingWrites(settlements: readonly Settlement[], expireAfterDays: number): Write[] {
  const several = settlements.length > 1;
  const records = settlements.map((settlement) =>
    several && settlement.unrecorded
      ? writeOf('events', { insert: settledRecord(settlement, expireAfterDays) })
      : writeOf('events', { ...settlementUpdate(settlement, expireAfterDays), upsert: true }),
  );
  const closed = settlements
    .filter(({ message }) => message.replay > 0)
    .map((settlement) => writeOf('failures', { ...replayedUpdate(settlement, expireAfterDays), upsert: false }));
  return [...records, ...closed];
}
