import type { Claim, Claims } from '../../ports/claims.ts';
import { script } from './asked.ts';
import type { RedisConnection } from './client.ts';
import { unavailable } from './link.ts';

const OWNER_LENGTH = 22;

/** The value begins with `0` or `1` for confirmed and 22 characters of owner, so that scripts need to read no further. */
const confirm = script(`
local standing = redis.call('GET', KEYS[1])
if standing and string.sub(standing, 2, 23) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`);

const release = script(`
local standing = redis.call('GET', KEYS[1])
if not standing or string.sub(standing, 2, 23) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`);

/**
 * Claims on event keys (protocol: claim): `SET NX GET`, https://redis.io/docs/latest/commands/set/
 * @param options both in milliseconds: how long an unconfirmed claim stands, and how long a confirmed one does
 */
export function redisClaims(
  connection: RedisConnection,
  options: { claimTtlMs: number; deduplicationMs: number },
): Claims {
  const { claimKey } = connection.keys;
  return {
    async claim(claims) {
      const found = await connection.all(
        claims.map(({ key, claim }) => ({
          what: 'SET',
          keys: [claimKey(key)],
          args: [encode(claim, false), 'PX', options.claimTtlMs, 'NX', 'GET'],
        })),
      );
      return claims.map(({ claim }, index) => {
        const standing = decode(found[index]);
        // Our own claim stands there when the answer to the first try was lost.
        return standing?.owner === claim.owner ? null : standing;
      });
    },

    async confirm(claims) {
      await connection.all(
        claims.map(({ key, claim }) => ({
          what: confirm,
          keys: [claimKey(key)],
          args: [claim.owner, encode(claim, true), options.deduplicationMs],
        })),
      );
    },

    async release(claims) {
      await connection.all(claims.map(({ key, owner }) => ({ what: release, keys: [claimKey(key)], args: [owner] })));
    },

    async read(key) {
      return decode(await connection.command('GET', [claimKey(key)]));
    },
  };
}

function encode({ owner, confirmed: _, ...rest }: Claim, confirmed: boolean): string {
  if (owner.length !== OWNER_LENGTH) throw new Error(`the owner of a claim has ${OWNER_LENGTH} characters`);
  return `${confirmed ? 1 : 0}${owner}${JSON.stringify(rest)}`;
}

function decode(value: unknown): Claim | null {
  if (value === null) return null;
  if (typeof value !== 'string' || !/^[01]/.test(value)) throw unavailable('a claim is malformed');
  try {
    return {
      ...JSON.parse(value.slice(1 + OWNER_LENGTH)),
      owner: value.slice(1, 1 + OWNER_LENGTH),
      confirmed: value.startsWith('1'),
    };
  } catch {
    throw unavailable('a claim is malformed');
  }
}
