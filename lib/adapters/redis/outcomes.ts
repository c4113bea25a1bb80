import { parseJson } from '../../core/json/parse.ts';
import { isOutcome } from '../../core/outcome.ts';
import type { SettledEvent, StoredOutcome } from '../../ports/results.ts';
import { type Reply, script } from './asked.ts';
import type { RedisConnection } from './client.ts';
import { unavailable } from './link.ts';

const SETTLED_MS = 3_600_000;
const MAX_SETTLED_BYTES = 65_536;

/**
 * Both values begin with the replay number: a lower one never overwrites a higher (protocol: newest-replay-tells).
 * Whoever waits is told in any case.
 */
const tellScript = script(`
local mine = tonumber(ARGV[1])
local newest = mine
for _, standing in ipairs(redis.call('MGET', KEYS[1], KEYS[2])) do
  if standing then newest = math.max(newest, tonumber(string.match(standing, '^(%d+) '))) end
end
if newest == mine then
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  if ARGV[4] == '' then redis.call('DEL', KEYS[2]) else redis.call('SET', KEYS[2], ARGV[4], 'PX', ARGV[5]) end
end
return redis.call('PUBLISH', ARGV[6], ARGV[1])
`);

/** Stores outcome and settled event and wakes waiters (protocol: outcome-then-event). */
export async function tell(
  connection: RedisConnection,
  deduplicationMs: number,
  key: string,
  outcome: StoredOutcome,
  event: SettledEvent,
): Promise<void> {
  const { outcomeKey, settledChannel, settledKey } = connection.keys;
  const json = JSON.stringify(event);
  const settled = Buffer.byteLength(json) > MAX_SETTLED_BYTES ? '' : `${outcome.replay} ${json}`;
  const stored = `${outcome.replay} ${outcome.outcome} ${outcome.fingerprint}`;
  const args = [outcome.replay, stored, deduplicationMs, settled, SETTLED_MS, settledChannel(key)];
  await connection.run(tellScript, [outcomeKey(key), settledKey(key)], args);
}

export async function readOutcome(connection: RedisConnection, key: string): Promise<StoredOutcome | null> {
  return decodeOutcome(await connection.command('GET', [connection.keys.outcomeKey(key)]));
}

export async function readResult(
  connection: RedisConnection,
  key: string,
): Promise<{ outcome: StoredOutcome; event?: SettledEvent } | null> {
  const { outcomeKey, settledKey } = connection.keys;
  const reply = await connection.command('MGET', [outcomeKey(key), settledKey(key)]);
  const [stored = null, settled = null] = Array.isArray(reply) ? reply : [];
  const outcome = decodeOutcome(stored);
  if (!outcome) return null;
  const event = decodeSettled(settled, outcome.replay);
  return event ? { outcome, event } : { outcome };
}

/** What newer code may say after these three words is passed over. */
function decodeOutcome(value: Reply): StoredOutcome | null {
  if (value === null) return null;
  const match = /^(\d+) (succeeded|rejected|failed|expired) (\S+)(?: |$)/.exec(String(value));
  const [, replay, outcome, fingerprint] = match ?? [];
  if (!replay || !isOutcome(outcome) || !fingerprint) throw unavailable('a stored outcome is malformed');
  return { outcome, fingerprint, replay: Number(replay) };
}

function decodeSettled(value: Reply, replay: number): SettledEvent | undefined {
  if (typeof value !== 'string') return undefined;
  const space = value.indexOf(' ');
  if (value.slice(0, space) !== String(replay)) return undefined;
  try {
    return parseJson(value.slice(space + 1)) as SettledEvent;
  } catch {
    throw unavailable('a settled event is malformed');
  }
}
