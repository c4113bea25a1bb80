import { KEY_FORMAT } from '../../core/format.ts';
import type { KnownKey } from '../../ports/api-keys.ts';
import type { KeyCopies, KnownCopy } from '../../ports/key-copies.ts';
import type { RedisConnection } from './client.ts';

const COPY_MS = 86_400_000;
/** Longer than any copy lives, and long enough to repeat a revocation that MongoDB has not heard of. */
const MARK_MS = 30 * 86_400_000;

/** Copies of keys, and marks of what has ended, one key of Redis each. All that is asked together leaves in one flush. */
export function redisKeyCopies(connection: RedisConnection): KeyCopies {
  const { copyKey, endedKey, disabledKey } = connection.keys;
  const isThere = async (key: string) => (await connection.command('EXISTS', [key])) === 1;
  const copyOf = async (of: string) => decode(await connection.command('GET', [copyKey(of)]));

  return {
    read: async (hash, tenant) => {
      const isDisabled = tenant !== undefined && isThere(disabledKey(tenant));
      const [copy, ended, disabled] = await Promise.all([copyOf(hash), isThere(endedKey(hash)), isDisabled]);
      if (!copy) return { ended, disabled };
      const other = copy.key.tenant !== tenant && (await isThere(disabledKey(copy.key.tenant)));
      return { copy, ended, disabled: copy.key.tenant === tenant ? disabled : other };
    },
    write: async (known, at) => {
      const { id, hash, before } = known.key;
      const text = encode(known, at);
      const under = [id, hash, ...(before ? [before.hash] : [])];
      await Promise.all(under.map((of) => connection.command('SET', [copyKey(of)], [text, 'PX', COPY_MS])));
    },
    byId: async (id) => {
      const found = await copyOf(id);
      return found ? { key: found.key, tenant: found.tenant } : null;
    },
    end: async (hashes) => {
      await Promise.all(hashes.map((hash) => connection.command('SET', [endedKey(hash)], ['1', 'PX', MARK_MS])));
    },
    disable: async (tenant, disabled) => {
      const key = disabledKey(tenant);
      await (disabled ? connection.command('SET', [key], ['1', 'PX', MARK_MS]) : connection.command('DEL', [key]));
    },
  };
}

const encode = ({ key, tenant }: KnownKey, copiedAt: number): string =>
  `${KEY_FORMAT} ${JSON.stringify({ key, tenant, copiedAt })}`;

/** What other code wrote, or nobody, is no copy: MongoDB is asked then. */
function decode(value: unknown): KnownCopy['copy'] {
  const begin = `${KEY_FORMAT} `;
  return typeof value === 'string' && value.startsWith(begin) ? JSON.parse(value.slice(begin.length)) : undefined;
}
