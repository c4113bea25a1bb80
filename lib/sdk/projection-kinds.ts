import type { ProjectionKindEntry } from './projection-kind-entry.ts';
import { compareNames, compareNumber, greatest, sum } from './told.ts';

/**
 * A hyperloglog may count so much more or less than its members: 3.24 %, four standard errors.
 * https://redis.io/docs/latest/develop/data-types/probabilistic/hyperloglogs/
 */
const ESTIMATE = 4 * 0.0081;
/** Or so many: of a few members, two may share a register. */
const LEAST_ESTIMATE = 2;

/**
 * The kinds of projection. An entry is all there is to a kind: what handlers see, and how it is recorded, applied, read,
 * rebuilt and checked. The table stands in sdk because handlers' types are made of it and adapters may import no pipeline.
 */
export const projectionKinds = {
  counter: {
    command: 'INCRBY',
    record: (command, integer) => ({
      /** counter: INCRBY */
      incrby: (key: string, by: number) => command(key, integer(by)),
    }),
    holds: {
      type: 'string',
      condition: "string.match(redis.call('GET', key), '^-?[1-9]%d*$') or redis.call('GET', key) == '0'",
    },
    sum: "redis.call('GET', key)",
    read: (read) => ({ counter: (projection: string, key: string) => read(projection, [key]) }),
    ask: ([key]) => ({ command: 'GET', keys: [key] }),
    value: (reply) => reply.number(),
    tell: ([by = '0']) => [['', BigInt(by)]],
    join: sum,
    compare: (told, value) => compareNumber(Number(told.get('') ?? 0n), value),
  } satisfies ProjectionKindEntry<number>,

  hash: {
    command: 'HINCRBY',
    record: (command, integer) => ({
      /** hash: HINCRBY */
      hincrby: (key: string, field: string, by: number) => command(key, field, integer(by)),
    }),
    holds: { type: 'hash' },
    sum: "redis.call('HGET', key, ARGV[from])",
    read: (read) => ({ hash: (projection: string, key: string) => read(projection, [key]) }),
    ask: ([key]) => ({ command: 'HGETALL', keys: [key] }),
    value: (reply) => Object.fromEntries(reply.pairs().map(([field, value]) => [field, Number(value)])),
    tell: ([field = '', by = '0']) => [[field, BigInt(by)]],
    join: sum,
    compare: (told, value) => compareNames(told, new Map(Object.entries(value))),
  } satisfies ProjectionKindEntry<Record<string, number>>,

  'sorted-set': {
    command: 'ZINCRBY',
    record: (command, integer) => ({
      /** sorted-set: ZINCRBY */
      zincrby: (key: string, by: number, member: string) => command(key, integer(by), member),
    }),
    holds: { type: 'zset' },
    read: (read) => ({
      /** Highest score first. */
      sortedSet: (projection: string, key: string, limit?: number) => read(projection, [key], limit),
    }),
    ask: ([key], limit) => {
      // A range that begins after its end is empty, one that ends at -1 is whole.
      const range = limit === 0 ? [1, 0] : [0, (limit ?? 0) - 1];
      return { command: 'ZRANGE', keys: [key], args: [...range, 'REV', 'WITHSCORES'] };
    },
    value: (reply) => reply.pairs().map(([member, score]) => ({ member, score: Number(score) })),
    tell: ([by = '0', member = '']) => [[member, BigInt(by)]],
    join: sum,
    compare: (told, value) => compareNames(told, new Map(value.map(({ member, score }) => [member, score]))),
  } satisfies ProjectionKindEntry<{ member: string; score: number }[]>,

  hyperloglog: {
    command: 'PFADD',
    record: (command) => ({
      /** hyperloglog: PFADD */
      pfadd: (key: string, ...members: string[]) => command(key, ...members),
    }),
    members: true,
    holds: { type: 'string', condition: "type(redis.pcall('PFADD', key)) == 'number'" },
    read: (read) => ({
      /** About how many different members these keys have together. */
      hyperloglog: (projection: string, ...keys: string[]) => read(projection, keys),
    }),
    ask: (keys) => ({ command: 'PFCOUNT', keys }),
    value: (reply) => reply.number(),
    tell: (members) => members.map((member) => [member, 1n]),
    join: greatest,
    compare: (told, value) => compareNumber(told.size, value, Math.max(LEAST_ESTIMATE, told.size * ESTIMATE)),
  } satisfies ProjectionKindEntry<number>,

  set: {
    command: 'SADD',
    record: (command) => ({
      /** set: SADD */
      sadd: (key: string, ...members: string[]) => command(key, ...members),
    }),
    members: true,
    holds: { type: 'set' },
    read: (read) => ({ set: (projection: string, key: string) => read(projection, [key]) }),
    ask: ([key]) => ({ command: 'SMEMBERS', keys: [key] }),
    value: (reply) => reply.list(),
    tell: (members) => members.map((member) => [member, 1n]),
    join: greatest,
    compare: (told, value) => compareNames(told, new Map(value.map((member) => [member, 1]))),
  } satisfies ProjectionKindEntry<string[]>,
};
