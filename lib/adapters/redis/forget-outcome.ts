import type { ReplayedOutcomes } from '../../ports/results.ts';
import { script } from './asked.ts';
import type { RedisConnection } from './client.ts';

/**
 * Both values begin with the replay number; what the replay itself has told already stays, also when it is asked for
 * again (protocol: newest-replay-tells).
 */
const forgetScript = script(`
local forgotten = 0
for index = 1, 2 do
  local standing = redis.call('GET', KEYS[index])
  if standing and tonumber(string.match(standing, '^(%d+) ')) < tonumber(ARGV[1]) then
    forgotten = forgotten + redis.call('DEL', KEYS[index])
  end
end
return forgotten
`);

/** Takes the outcome of earlier replays from Redis, so that a duplicate is not told `failed` while its event runs again. */
export const redisReplayedOutcomes = (connection: RedisConnection): ReplayedOutcomes => ({
  async forget(key, replay) {
    const { outcomeKey, settledKey } = connection.keys;
    await connection.run(forgetScript, [outcomeKey(key), settledKey(key)], [replay]);
  },
});
