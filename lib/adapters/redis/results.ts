import type { Results } from '../../ports/results.ts';
import type { RedisConnection } from './client.ts';
import { readOutcome, readResult, tell } from './outcomes.ts';
import { voidedMarks, voidMarks } from './void-marks.ts';
import { takeSlot } from './wait-slots.ts';
import { Waiters } from './waiters.ts';
import { noteWaits, readWait } from './waits.ts';

/**
 * What became of events, and those who wait for it.
 * @param options the deduplication window in milliseconds, and how many may wait at a time
 */
export function redisResults(
  connection: RedisConnection,
  options: { deduplicationMs: number; perTenant: number; inAll: number },
): Results {
  const { settledChannel } = connection.keys;
  const waiters = new Waiters(connection.subscriber, connection.timeoutMs, connection.log);
  return {
    tell: (key, outcome, event) => tell(connection, options.deduplicationMs, key, outcome, event),
    readOutcomes: (keys) => Promise.all(keys.map((key) => readOutcome(connection, key))),
    read: (key) => readResult(connection, key),
    wait: (key, ms, look) => waiters.wait(settledChannel(key), ms, look),
    takeSlot: (waiter, ms) => takeSlot(connection, options, waiter, ms),
    noteWaits: (waits) => noteWaits(connection, waits),
    readWait: (key) => readWait(connection, key),
    voidMarks: (marks) => voidMarks(connection, marks),
    voidedMarks: (marks) => voidedMarks(connection, marks),
  };
}
