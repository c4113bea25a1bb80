import type { ProjectionKind } from '../../sdk/declarations.ts';
import type { RedisConnection, Reply } from './client.ts';
import { generationsKey, projectionKey } from './keys.ts';
import { unavailable } from './link.ts';

export interface ProjectionQuery {
  tenant: string;
  projection: string;
  kind: ProjectionKind;
  /** One key; of a hyperloglog any number, whose union is counted. */
  keys: readonly string[];
  /** Of a sorted set: the most members. */
  limit: number | undefined;
}

/**
 * Reads from the generation believed to be current, and at the same time which ones are.
 * @returns as `value` a number (counter, hyperloglog), a record of numbers (hash), `{ member, score }` highest first (sorted-set), or
 * members (set); the stored generations when they are not those believed in
 */
export async function readProjection(
  connection: RedisConnection,
  query: ProjectionQuery,
  believed: string,
  current: string,
): Promise<{ value: unknown } | { stored: string }> {
  const { tenant, projection } = query;
  const keys = query.keys.map((key) => projectionKey(tenant, projection, current, key));
  // In this order: what was current after the value was read was so before, and a generation is deleted only after its time.
  const [value, generations] = await Promise.all([
    readKind(connection, query, keys),
    connection.command('GET', [generationsKey(tenant, projection)]),
  ]);
  const stored = typeof generations === 'string' ? generations : '0';
  return stored === believed ? { value } : { stored };
}

async function readKind(connection: RedisConnection, { kind, limit }: ProjectionQuery, keys: string[]) {
  const [key] = keys;
  if (key === undefined) throw new Error('a projection is read by at least one key');
  switch (kind) {
    case 'counter':
      return Number((await connection.command('GET', [key])) ?? 0);
    case 'hyperloglog':
      return Number(await connection.command('PFCOUNT', keys));
    case 'set':
      return list(await connection.command('SMEMBERS', [key])).map(String);
    case 'hash':
      return Object.fromEntries(
        pairs(await connection.command('HGETALL', [key])).map(([field, value]) => [field, Number(value)]),
      );
    case 'sorted-set': {
      if (limit === 0) return [];
      const args = [0, limit === undefined ? -1 : limit - 1, 'REV', 'WITHSCORES'];
      const found = pairs(await connection.command('ZRANGE', [key], args));
      return found.map(([member, score]) => ({ member, score: Number(score) }));
    }
  }
}

function list(reply: Reply): Reply[] {
  if (!Array.isArray(reply)) throw unavailable('a projection answered otherwise than with a list');
  return reply;
}

function pairs(reply: Reply): [string, string][] {
  const flat = list(reply).map(String);
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index] ?? '', flat[2 * index + 1] ?? '']);
}
