import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectRedis, type RedisConnection, redisPing, script } from '../../../../lib/adapters/redis/client.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts';
import { silentLog } from '../../../support/log.ts';
import { openEngine, type TestEngine } from './engine.ts';

const BUDGET = 200;
const GRACE = 100;
const RECOVERY = 2000;

let engine: TestEngine;
let proxy: FaultProxy;
let connection: RedisConnection;

beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  proxy = await startFaultProxy(engine.url);
  connection = connectRedis({ url: proxy.url, cluster: false, timeoutMs: BUDGET }, silentLog);
});
afterEach(async () => {
  await connection.close();
  await proxy.stop();
});

const get = () => connection.command('GET', [`{${engine.run}}:nothing`]);

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
    name: 'a server that answers 2 s late',
    begin: () => {
      proxy.mode = 2000;
    },
    end: () => {
      proxy.mode = 'pass';
    },
  },
];

describe.each(faults)('$name', ({ begin, end }) => {
  it.each(['before the first call', 'after calls that went well'])(
    'ends every call within the budget, %s',
    async (when) => {
      if (when.startsWith('after')) await get();
      await begin();
      for (let round = 0; round < 4; round++) {
        // What this machine makes of the budget at the moment: timers are late on a busy one.
        const control = timed(sleep(BUDGET));
        for (const { ms, fault } of await Promise.all([timed(get()), timed(get())])) {
          expect(fault).toBeInstanceOf(DependencyError);
          if (ms > BUDGET) expect(ms).toBeLessThan((await control).ms + GRACE);
        }
      }
      expect((await timed(redisPing(connection)())).fault).toBeUndefined();
    },
  );

  it('is healthy within 2 s of the return', async () => {
    await get();
    await begin();
    const until = performance.now() + 700;
    while (performance.now() < until) await timed(get());
    await end();
    const returned = performance.now();
    let last = await timed(get());
    while (last.fault && performance.now() - returned < RECOVERY) {
      await sleep(20);
      last = await timed(get());
    }
    expect(last.fault).toBeUndefined();
    expect(performance.now() - returned).toBeLessThan(RECOVERY);
  });

  it('is not hammered with connections while it is away', async () => {
    await begin();
    const until = performance.now() + 800;
    while (performance.now() < until) {
      await Promise.all(Array.from({ length: 20 }, () => timed(get())));
      await sleep(5);
    }
    expect(proxy.accepted).toBeLessThan(10);
  });
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
    const secret = connectRedis(
      { url: `redis://user:hidden-word@127.0.0.1:${port}`, cluster: false, timeoutMs: BUDGET },
      silentLog,
    );
    const { fault } = await timed(secret.command('PING', []));
    await secret.close();
    expect(fault).toBeInstanceOf(DependencyError);
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toMatch(/hidden-word|127\.0\.0\.1/);
  });

  it('counts an answer that lies in the socket when the time is over, however busy this process was', async () => {
    const thread = new Worker(new URL('./engine-thread.ts', import.meta.url));
    const [url] = await once(thread, 'message');
    const busy = connectRedis({ url, cluster: false, timeoutMs: 50 }, silentLog);
    while ((await timed(busy.command('PING', []))).fault);
    const answer = busy.command('PING', []);
    await new Promise((resolve) => process.nextTick(resolve));
    const end = performance.now() + 150;
    while (performance.now() < end);
    expect(await answer).toBe('PONG');
    await busy.close();
    await thread.terminate();
  });

  it('says why the server refused it, and not with which password', async () => {
    const url = proxy.url.replace('//', '//nobody:hidden-word@');
    const refused = connectRedis({ url, cluster: false, timeoutMs: BUDGET }, silentLog);
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
