import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { anyCommand, keys } from './any-command.ts';
import { RawClient, type RawReply } from './raw-client.ts';

/** What one of two clients sends in one write, or a key whose time comes. */
export type Step = { client: 0 | 1; commands: string[][] } | { expire: string };

export interface Program {
  /** Whether the second client speaks RESP3. */
  resp3: boolean;
  steps: Step[];
}

const sending = fc.record({
  client: fc.constantFrom(0 as const, 1 as const),
  commands: fc.array(anyCommand, { minLength: 1, maxLength: 8 }),
});
const expiring = fc.record({ expire: fc.constantFrom(...keys) });

export const anyProgram: fc.Arbitrary<Program> = fc.record({
  resp3: fc.boolean(),
  steps: fc.array(fc.oneof({ arbitrary: sending, weight: 9 }, { arbitrary: expiring, weight: 1 }), {
    minLength: 3,
    maxLength: 12,
  }),
});

/** Runs a program on a server that nobody else uses. @returns every reply, then what is left */
export async function runOn(port: number, program: Program): Promise<unknown[]> {
  const [first, second, third] = await Promise.all([RawClient.open(port), RawClient.open(port), RawClient.open(port)]);
  try {
    await third.send([['FLUSHALL'], ['SCRIPT', 'FLUSH']]);
    if (program.resp3) await second.send([['HELLO', '3']]);
    const replies: unknown[] = [];
    for (const step of program.steps) {
      if ('expire' in step) {
        replies.push(await third.send([['PEXPIRE', step.expire, '1']]));
        await sleep(3);
      } else {
        const client = step.client === 0 ? first : second;
        const answers = await client.send(step.commands);
        replies.push(...step.commands.map((command, index) => [command, comparable(command, answers[index] ?? null)]));
      }
    }
    return [...replies, await contents(third, '0'), await contents(third, '1')];
  } finally {
    for (const client of [first, second, third]) client.close();
  }
}

/** Their members come in no order that is promised; EXEC may hold any of them. */
const unordered = /^(SMEMBERS|SPOP|SRANDMEMBER|KEYS|SCAN|SSCAN|HSCAN|HGETALL|HKEYS|HVALS|EXEC)$/i;

function comparable(command: readonly string[], reply: RawReply): unknown {
  const sorts = command.some((word) => unordered.test(word));
  return plain(reply, sorts);
}

function plain(reply: RawReply, sorts: boolean): unknown {
  if (Array.isArray(reply)) {
    // HELLO's answer holds a number that the server has drawn.
    if (reply.includes('proto')) return 'HELLO';
    const list = reply.map((one) => plain(one, sorts));
    return sorts ? list.map((one) => JSON.stringify(one)).toSorted() : list;
  }
  if (typeof reply === 'string') return reply.startsWith('HYLL') ? 'HYLL' : reply;
  // What is left of 1,000 seconds or milliseconds, and when they will be over.
  if (typeof reply === 'number') return reply > 900 && reply <= 1000 ? '1000' : relative(reply);
  return reply === null ? null : { mark: reply.mark, of: plain(reply.of, sorts) };
}

/** Times within some minutes of now are what a server made of its clock. */
function relative(value: number): unknown {
  const seconds = value > 1e11 ? value / 1000 : value;
  return Math.abs(seconds - Date.now() / 1000) < 3000 ? 'soon' : value;
}

const readers: Readonly<Record<string, (key: string) => string[]>> = {
  hash: (key) => ['HGETALL', key],
  set: (key) => ['SMEMBERS', key],
  zset: (key) => ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
  list: (key) => ['LRANGE', key, '0', '-1'],
};

async function contents(client: RawClient, database: string): Promise<unknown> {
  await client.send([['SELECT', database]]);
  const all: unknown[] = [];
  for (const key of keys) {
    const [type, at, count] = await client.send([
      ['TYPE', key],
      ['PEXPIRETIME', key],
      ['PFCOUNT', key],
    ]);
    const kind = typeof type === 'object' && type !== null && 'of' in type ? String(type.of) : '';
    const read = readers[kind]?.(key) ?? ['MGET', key];
    const [value = null] = await client.send([read]);
    all.push([key, kind, plain(at ?? null, false), plain(count ?? null, false), comparable(read, value)]);
  }
  return all;
}
