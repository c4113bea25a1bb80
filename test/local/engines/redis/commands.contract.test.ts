import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect } from 'vitest';
import { type RunningRedis, startRedis } from '../../../../local/engines/redis/server.ts';
import { claims } from '../../../support/claims/claim.ts';
import { AnyOrder, Between, type Case, ErrorReply, type Expected, wordsOf } from './cases/case.ts';
import { keyCases } from './cases/keys.ts';
import { sandboxCases } from './cases/scripts.ts';
import { serverCases } from './cases/server.ts';
import { stringCases } from './cases/strings.ts';
import { sortedSetCases, structureCases } from './cases/structures.ts';
import { wordCases } from './cases/words.ts';

let embedded: RunningRedis | undefined;
let redis: Redis;

beforeAll(async () => {
  embedded = process.env.REDIS_URL ? undefined : await startRedis();
  redis = new Redis(process.env.REDIS_URL ?? embedded?.url ?? '', { disableClientInfo: true });
});
afterAll(async () => {
  redis.disconnect();
  await embedded?.stop();
});

/** Names without the prefix that keeps the keys of this run apart. */
const plain = (reply: unknown, prefix: string): unknown => {
  if (Array.isArray(reply)) return reply.map((one) => plain(one, prefix));
  return typeof reply === 'string' && reply.startsWith(prefix) ? `@${reply.slice(prefix.length)}` : reply;
};

function compare(reply: unknown, expected: Expected, command: string): void {
  if (expected instanceof ErrorReply) {
    expect(reply, command).toBeInstanceOf(Error);
    expect(reply instanceof Error && reply.message, command).toBe(expected.message);
  } else if (expected instanceof AnyOrder) {
    expect(Array.isArray(reply) && reply.toSorted(), command).toEqual(expected.members.toSorted());
  } else if (expected instanceof Between) {
    expect(reply, command).toBeGreaterThanOrEqual(expected.least);
    expect(reply, command).toBeLessThanOrEqual(expected.most);
  } else expect(reply, command).toEqual(expected);
}

const areas: Record<string, readonly Case[]> = {
  strings: stringCases,
  keys: keyCases,
  ...structureCases,
  'sorted sets': sortedSetCases,
  ...serverCases,
  scripts: [...(serverCases.scripts ?? []), ...sandboxCases],
  words: wordCases,
};

for (const [area, cases] of Object.entries(areas)) {
  const { does } = claims('redis', area);
  for (const { page, title, steps } of cases)
    does(page, title, async () => {
      const prefix = `test-${randomBytes(6).toString('hex')}-`;
      for (const [command, expected] of steps) {
        const [name = '', ...args] = wordsOf(command).map((word) =>
          word.startsWith('@') ? prefix + word.slice(1) : word,
        );
        const reply = await redis.call(name, ...args).catch((fault: unknown) => fault);
        compare(plain(reply, prefix), expected, `${wordsOf(command).join(' ')}`);
      }
      const left = await redis.keys(`${prefix}*`);
      if (left.length > 0) await redis.del(...left);
    });
}
