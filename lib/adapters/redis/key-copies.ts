import type { StoredKey } from '../../core/access/key-entry.ts';
import { copyOrder } from '../../core/access/revision.ts';
import { KEY_FORMAT } from '../../core/format.ts';
import type { KnownKey } from '../../ports/api-keys.ts';
import type { KeyCopies, KnownCopy } from '../../ports/key-copies.ts';
import { script } from './asked.ts';
import type { RedisConnection } from './client.ts';

const COPY_MS = 86_400_000;
/** Longer than any copy lives, and long enough to repeat a revocation that MongoDB has not heard of. */
const MARK_MS = 30 * 86_400_000;

/** A copy begins with its format and its order, so that scripts need to read no further. ARGV: the copy, how long it stays, its order. */
const write = script(`
local standing = redis.call('GET', KEYS[1]) or ''
local order = { string.match(standing, '^%d+ {"order":%[(%d+),(%d+),(%d+)%]') }
for index = 1, 3 do
  local mine, its = tonumber(ARGV[index + 2]), tonumber(order[index] or 0)
  if mine < its then return 0 end
  if mine > its then break end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`);

/** KEYS: the mark that a tenant is disabled, the newest revision heard of. ARGV: revision, 1 for disabled, how long both stay. */
const mark = script(`
local heard = redis.call('GET', KEYS[2])
if heard and tonumber(heard) > tonumber(ARGV[1]) then return tonumber(heard) end
if ARGV[2] == '1' then redis.call('SET', KEYS[1], '1', 'PX', ARGV[3]) else redis.call('DEL', KEYS[1]) end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return tonumber(ARGV[1])
`);

/** As mark, with a revision over all that was heard of. ARGV: the least revision, how long both stay. */
const disable = script(`
local revision = math.max(tonumber(redis.call('GET', KEYS[2]) or 0) + 1, tonumber(ARGV[1]))
redis.call('SET', KEYS[1], '1', 'PX', ARGV[2])
redis.call('SET', KEYS[2], string.format('%.0f', revision), 'PX', ARGV[2])
return 1
`);

/** Copies of keys, and marks of what has ended, one key of Redis each. All that is asked together leaves in one flush. */
export function redisKeyCopies(connection: RedisConnection): KeyCopies {
  const { copyKey, endedKey, disabledKey, heardKey } = connection.keys;
  const marksOf = (tenant: string) => [disabledKey(tenant), heardKey(tenant)];
  const isThere = async (key: string) => (await connection.command('EXISTS', [key])) === 1;
  const marksAbove = async ({ id, tenant }: Pick<StoredKey, 'id' | 'tenant'>) => {
    const [ended, disabled] = await Promise.all([isThere(endedKey(id)), isThere(disabledKey(tenant))]);
    return { ended, disabled };
  };
  const copyOf = async (of: string) => decode(await connection.command('GET', [copyKey(of)]));

  return {
    read: async (hash, believed) => {
      const marks = believed && marksAbove(believed);
      const [copy, isEnded, ofKey] = await Promise.all([copyOf(hash), isThere(endedKey(hash)), marks]);
      const isBelieved = !copy || (copy.key.id === believed?.id && copy.key.tenant === believed.tenant);
      const above = isBelieved ? ofKey : await marksAbove(copy.key);
      return { ...(copy && { copy }), ended: isEnded || above?.ended === true, disabled: above?.disabled === true };
    },
    write: async (known, at) => {
      const { id, hash, before } = known.key;
      const order = copyOrder(known, at);
      const text = encode(known, at, order);
      const under = [id, hash, ...(before ? [before.hash] : [])];
      await Promise.all(under.map((of) => connection.run(write, [copyKey(of)], [text, COPY_MS, ...order])));
    },
    byId: async (id) => {
      const found = await copyOf(id);
      return found ? { key: found.key, tenant: found.tenant } : null;
    },
    end: async (what) => {
      await Promise.all(what.map((of) => connection.command('SET', [endedKey(of)], ['1', 'PX', MARK_MS])));
    },
    mark: async ({ tenant, disabled = false, revision = 0 }) =>
      Number(await connection.run(mark, marksOf(tenant), [revision, disabled ? 1 : 0, MARK_MS])),
    disable: async (tenant, at) => {
      await connection.run(disable, marksOf(tenant), [at, MARK_MS]);
    },
  };
}

const encode = ({ key, tenant }: KnownKey, copiedAt: number, order: readonly number[]): string =>
  `${KEY_FORMAT} ${JSON.stringify({ order, key, tenant, copiedAt })}`;

/** What other code wrote, or nobody, is no copy: MongoDB is asked then. */
function decode(value: unknown): KnownCopy['copy'] {
  const begin = `${KEY_FORMAT} `;
  if (typeof value !== 'string' || !value.startsWith(begin)) return undefined;
  const { key, tenant, copiedAt } = JSON.parse(value.slice(begin.length));
  return { key, tenant, copiedAt };
}
