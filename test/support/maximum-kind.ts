import type { ProjectionKindEntry } from '../../lib/sdk/projection-kind-entry.ts';
import { compareNames, greatest } from '../../lib/sdk/told.ts';

/** A kind that Sluice does not have: the greatest number of each member. */
export const maximum = {
  command: 'ZADD',
  record: (command, integer) => ({
    /** maximum: ZADD GT */
    zmax: (key: string, number: number, member: string) => command(key, 'GT', integer(number), member),
  }),
  holds: { type: 'zset' },
  read: (read) => ({ maximum: (projection: string, key: string) => read(projection, [key]) }),
  ask: ([key]) => ({ command: 'ZRANGE', keys: [key], args: [0, -1, 'WITHSCORES'] }),
  value: (reply) => Object.fromEntries(reply.pairs().map(([member, number]) => [member, Number(number)])),
  tell: ([, number = '0', member = '']) => [[member, BigInt(number)]],
  join: greatest,
  compare: (told, value) => compareNames(told, new Map(Object.entries(value))),
} satisfies ProjectionKindEntry<Record<string, number>>;
