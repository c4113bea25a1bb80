import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { script } from '../../../../lib/adapters/redis/asked.ts';
import { connectRedis, type RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { redisPing } from '../../../../lib/adapters/redis/ping.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import { eventually } from '../../../support/eventually.ts';
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts';
import { localSpace } from '../../../support/local-space.ts';
import { silentLog } from '../../../support/log.ts';
import { openEngine, type TestEngine } from './engine.ts';

const BUDGET = 200;
/** What ends after so long has ended by its budget: the answers of the late server come after a minute, those of the silent one never. */
const NO_HANG = 10_000;
const PATIENT = 20_000;

let engine: TestEngine;
let proxy: FaultProxy;
let connection: RedisConnection;

beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  proxy = await startFaultProxy(engine.url);
  connection = connectTo(proxy.url, PATIENT);
});
afterEach(async () => {
  await connection.close();
  await proxy.stop();
});

const connectTo = (url: string, timeoutMs: number) =>
  connectRedis({ url, cluster: false, space: localSpace, timeoutMs }, silentLog);
const getBy = (asked: RedisConnection) => asked.command('GET', [`{${engine.run}}:nothing`]);
const get = () => getBy(connection);

async function timed(call: Promise<unknown>): Promise<{ ms: number; fault: unknown }> {
  const start = performance.now();
  const fault = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { ms: performance.now() - start, fault };
}

const faults: { name: string; begin(): Promise<void> | void; end(): Promise<void> | void }[] = [
  { name: 'a closed port', begin: () => proxy.closePort(), end: () => proxy.openPort() },
  {
    name: 'a server that takes everything and answers nothing',
    begin: () => {
      proxy.mode = 'silent';
    },
    end: () => {
      proxy.mode = 'pass';
    },
  },
  {
    name: 'a server that answers a minute late',
    begin: () => {
      proxy.mode = 60_000;
    },
    end: () => {
      proxy.mode = 'pass';
    },
  },
];

describe.each(faults)('$name', ({ begin, end }) => {
  let hasty: RedisConnection;
  beforeEach(() => {
    hasty = connectTo(proxy.url, BUDGET);
  });
  afterEach(() => hasty.close());

  it.each(['before the first call', 'after calls that went well'])(
    'ends every call within the budget, %s',
    async (when) => {
      if (when.startsWith('after')) await eventually(() => getBy(hasty));
      await begin();
      for (let round = 0; round < 3; round++)
        for (const { ms, fault } of await Promise.all([timed(getBy(hasty)), timed(getBy(hasty))])) {
          expect(fault).toBeInstanceOf(DependencyError);
          expect(ms).toBeLessThan(NO_HANG);
        }
      expect((await timed(redisPing(hasty)())).fault).toBeUndefined();
    },
  );

  it('is healthy again after the return', async () => {
    await eventually(() => getBy(hasty));
    await begin();
    for (let call = 0; call < 6; call++) expect((await timed(getBy(hasty))).fault).toBeInstanceOf(DependencyError);
    await end();
    await eventually(() => getBy(hasty));
  });
});

it('pauses between tries while it is away, half a second at most, so that nobody is hammered', async () => {
  let tries = 0;
  const server = createServer((socket) => {
    tries++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const away = connectTo(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`, PATIENT);
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const triesOf = async (rounds: number): Promise<number> => {
    const before = tries;
    for (let round = 0; round < rounds; round++)
      await Promise.all(Array.from({ length: 20 }, () => timed(getBy(away))));
    return tries - before;
  };
  // The first failure may be a mere cut, and has no pause.
  expect(await triesOf(10)).toBe(2);
  for (const pause of [50, 100, 200, 400, 500, 500]) {
    vi.setSystemTime(Date.now() + pause - 1);
    expect(await triesOf(3)).toBe(0);
    vi.setSystemTime(Date.now() + 1);
    expect(await triesOf(3)).toBe(1);
  }
  await away.close();
});

describe('a connection', () => {
  it('is opened at the first call and not before', async () => {
    await sleep(50);
    expect(proxy.accepted).toBe(0);
    await get();
    expect(proxy.accepted).toBe(1);
  });

  it('repeats a call whose connection was cut while nobody looked, as after a thaw', async () => {
    for (let round = 0; round < 20; round++) {
      await get();
      proxy.cut();
      expect((await timed(get())).fault).toBeUndefined();
    }
  });

  it('is replaced before it is used again after minutes in which a gateway may have forgotten it', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      await get();
      vi.setSystemTime(Date.now() + 239_000);
      await get();
      expect(proxy.accepted).toBe(1);
      vi.setSystemTime(Date.now() + 241_000);
      await get();
      expect(proxy.accepted).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('answers calls that stand at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        connection.command('SET', [`{${engine.run}}:${index}`], [index, 'GET']),
      ),
    );
    expect(new Set(answers)).toEqual(new Set([null]));
  });

  it('asks many at once, of many slots, commands and scripts, and answers in their order', async () => {
    const second = script(`return ARGV[2] .. '${engine.run}'`);
    const asked = Array.from({ length: 200 }, (_, index) => {
      const keys = [`{${engine.run}${index}}:many`];
      return index % 2 === 0 ? { what: 'SET', keys, args: [index, 'GET'] } : { what: second, keys, args: [0, index] };
    });
    const expected = asked.map((_, index) => (index % 2 === 0 ? null : `${index}${engine.run}`));
    expect(await connection.all(asked)).toEqual(expected);
    proxy.cut();
    const again = expected.map((one, index) => one ?? String(index));
    expect(await connection.all(asked), 'a connection that was cut meanwhile').toEqual(again);
    expect(() => connection.all([{ what: 'MGET', keys: ['{a}:1', '{b}:1'] }])).toThrow('{a}:1 and {b}:1');
  });

  it('takes an error reply to one of many for a fault of all', async () => {
    const logged = engine.connect();
    const key = `{${engine.run}}:word`;
    await logged.command('SET', [key], ['word']);
    const asked = [
      { what: 'INCR', keys: [key] },
      { what: 'GET', keys: [key] },
    ];
    await expect(logged.all(asked)).rejects.toThrow(DependencyError);
    expect(logged.faults).toBe(1);
    expect(await logged.all([{ what: 'GET', keys: [key] }])).toEqual(['word']);
  });

  it('takes an error reply for a fault: thrown, logged and counted (protocol: redis-is-speed)', async () => {
    const logged = engine.connect();
    const key = `{${engine.run}}:text`;
    await logged.command('SET', [key], ['word']);
    await expect(logged.command('INCR', [key])).rejects.toThrow(DependencyError);
    expect(logged.faults).toBe(1);
    expect(engine.errors).toContain('Redis answered with an error');
    expect(await logged.command('GET', [key])).toBe('word');
  });

  it('names neither address nor password when it fails', async () => {
    const { port } = new URL(proxy.url);
    await proxy.closePort();
    const secret = connectTo(`redis://user:hidden-word@127.0.0.1:${port}`, PATIENT);
    const { fault } = await timed(secret.command('PING', []));
    await secret.close();
    expect(fault).toBeInstanceOf(DependencyError);
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toMatch(/hidden-word|127\.0\.0\.1/);
  });

  it('counts an answer that lies in the socket when the time is over, however busy this process was', async () => {
    const thread = new Worker(new URL('./engine-thread.ts', import.meta.url));
    onTestFinished(async () => void (await thread.terminate()));
    const [{ url, answers }] = (await once(thread, 'message')) as [{ url: string; answers: Int32Array }];
    const busy = connectTo(url, BUDGET);
    await eventually(() => busy.command('PING', []));
    const before = Atomics.load(answers, 0);
    const asked = performance.now();
    const answer = busy.command('PING', []);
    await new Promise((resolve) => process.nextTick(resolve));
    // Nothing else happens in this thread until the answer is there and the time is over.
    expect(Atomics.wait(answers, 0, before, PATIENT)).not.toBe('timed-out');
    while (performance.now() < asked + 2 * BUDGET);
    expect(await answer).toBe('PONG');
    await busy.close();
  });

  it('says why the server refused it, and not with which password', async () => {
    const url = proxy.url.replace('//', '//nobody:hidden-word@');
    const refused = connectTo(url, PATIENT);
    const { fault } = await timed(refused.command('PING', []));
    await refused.close();
    expect(String(fault)).toMatch(/^DependencyError: Redis: the connection was refused: WRONGPASS/);
    expect(String(fault)).not.toContain('hidden-word');
  });

  it('loads a script that the server does not know', async () => {
    const random = script(`return ARGV[1] .. '${engine.run}'`);
    expect(await connection.run(random, [], ['a'])).toBe(`a${engine.run}`);
    await engine.redis.script('FLUSH');
    expect(await connection.run(random, [], ['b'])).toBe(`b${engine.run}`);
  });

  it('refuses commands and scripts over two slots and names the keys (protocol: one-slot)', async () => {
    expect(() => connection.command('MGET', ['{a}:1', '{b}:1'])).toThrow('{a}:1 and {b}:1');
    expect(() => connection.run(script('return 1'), ['{a}:1', '{a}:2', '{c}:1'])).toThrow('{a}:1 and {c}:1');
    expect(await connection.command('MGET', [`{${engine.run}}:x`, `{${engine.run}}:y`])).toEqual([null, null]);
  });

  it('says no to a ping after it was closed, and throws nothing', async () => {
    const ping = redisPing(connection);
    expect(await ping()).toBe(true);
    await connection.close();
    expect(await ping()).toBe(false);
  });
});
