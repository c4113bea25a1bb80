import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectRedis, type RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { redisResults } from '../../../../lib/adapters/redis/results.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import type { Results, SettledEvent } from '../../../../lib/ports/results.ts';
import { eventually } from '../../../support/eventually.ts';
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts';
import { localKeys, localSpace } from '../../../support/local-space.ts';
import { silentLog } from '../../../support/log.ts';
import { openEngine, type TestEngine } from './engine.ts';

const { settledChannel } = localKeys;

const BUDGET = 300;
const PATIENT = 20_000;
/** Of a wait that something must end, and of the time in which it has then ended. */
const LONG_WAIT = 60_000;
const SOON = 15_000;
let engine: TestEngine;
let proxy: FaultProxy;
let connection: RedisConnection;
/** Waits through the proxy. */
let results: Results;
/** Tells past the proxy. */
let teller: Results;

const options = { deduplicationMs: 60_000, perTenant: 10, inAll: 10 };
beforeAll(async () => {
  engine = await openEngine();
  teller = redisResults(engine.connect(), options);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  proxy = await startFaultProxy(engine.url);
  connection = connectRedis(
    { url: proxy.url, cluster: false, space: localSpace, timeoutMs: PATIENT, openMs: PATIENT },
    silentLog,
  );
  results = redisResults(connection, options);
});
afterEach(async () => {
  await connection.close();
  await proxy.stop();
});

const newKey = () => `${engine.run}${randomBytes(6).toString('hex')}`;
const event: SettledEvent = {
  id: '1',
  source: 's',
  type: 't',
  time: '',
  recordedtime: '',
  extensions: {},
  status: 'succeeded',
  attempts: [],
};
const tell = (key: string) => teller.tell(key, { outcome: 'succeeded', fingerprint: 'f', replay: 0 }, event);
const status = (key: string) => async () => (await teller.read(key))?.outcome.outcome ?? null;
const subscribers = async (key: string) => Number((await engine.redis.pubsub('NUMSUB', settledChannel(key)))[1]);

/** A wait that has heard of its subscription: it looks only then, and what breaks before is an outage. */
async function waitingFor(key: string): Promise<{ outcome: Promise<string | null> }> {
  const looked = Promise.withResolvers<void>();
  const outcome = results.wait(key, LONG_WAIT, () => {
    looked.resolve();
    return status(key)();
  });
  outcome.catch(looked.reject);
  await looked.promise;
  return { outcome };
}

const until = (holds: () => Promise<boolean>) => eventually(async () => expect(await holds()).toBe(true), 5);

describe('a wake-up', () => {
  it.each([
    { moment: 'before the subscription', when: (key: string) => tell(key), look: status },
    {
      moment: 'between subscription and first look',
      when: async () => undefined,
      look: (key: string) => {
        let looked = 0;
        return async () => {
          if (looked++ === 0) await tell(key);
          return status(key)();
        };
      },
    },
    {
      moment: 'while the first look is on its way and has seen nothing',
      when: async () => undefined,
      look: (key: string) => {
        let looked = 0;
        return async () => {
          const seen = await status(key)();
          if (looked++ === 0) await tell(key);
          return seen;
        };
      },
    },
    {
      moment: 'while waiting',
      when: async (key: string) => {
        setTimeout(() => tell(key), 60);
      },
      look: status,
    },
  ])('is not missed when it comes $moment', async ({ when, look }) => {
    const key = newKey();
    await when(key);
    const start = performance.now();
    expect(await results.wait(key, LONG_WAIT, look(key))).toBe('succeeded');
    expect(performance.now() - start).toBeLessThan(SOON);
    await until(async () => (await subscribers(key)) === 0);
  });

  it('that brings nothing yet lets the wait go on', async () => {
    const key = newKey();
    const waiting = results.wait(key, LONG_WAIT, status(key));
    await until(async () => (await subscribers(key)) === 1);
    await engine.redis.publish(settledChannel(key), 'nothing');
    await sleep(20);
    await tell(key);
    expect(await waiting).toBe('succeeded');
  });
});

describe('waiting', () => {
  it('ends with null when the time is over, after a last look', async () => {
    const key = newKey();
    let looks = 0;
    const start = performance.now();
    const found = await results.wait(key, 400, async () => {
      looks++;
      return null;
    });
    expect(found).toBeNull();
    expect(looks).toBe(2);
    // Its last look does not come a budget of Redis, or a part of the wait, before the end.
    expect(performance.now() - start).toBeGreaterThan(340);
  });

  it('finds at its last look what nobody told', async () => {
    const key = newKey();
    let looks = 0;
    expect(await results.wait(key, 200, async () => (looks++ === 0 ? null : 'there'))).toBe('there');
  });

  it('is over though a look hangs', async () => {
    // On a connection that is there: one that is long in coming on a busy machine is an outage.
    const first = newKey();
    const waiting = results.wait(first, LONG_WAIT, status(first));
    await until(async () => (await subscribers(first)) === 1);
    await tell(first);
    await waiting;
    expect(await results.wait(newKey(), 1000, () => new Promise<null>(() => undefined))).toBeNull();
  });

  it('throws what a look throws, and leaves no subscription', async () => {
    const key = newKey();
    const looking = results.wait(key, LONG_WAIT, async () => {
      throw new Error('the look failed');
    });
    await expect(looking).rejects.toThrow('the look failed');
    await until(async () => (await subscribers(key)) === 0);
  });

  it('leaves no subscription when it was over before the connection was made', async () => {
    // The first connection is long in coming: whoever waits so shortly has gone by then.
    proxy.mode = 60;
    const key = newKey();
    await expect(results.wait(key, 20, status(key))).rejects.toThrow(DependencyError);
    // Another one uses the connection that was made for the first.
    const other = newKey();
    const waiting = results.wait(other, LONG_WAIT, status(other));
    await until(async () => (await subscribers(other)) === 1);
    await tell(other);
    expect(await waiting).toBe('succeeded');
    expect(proxy.accepted).toBe(1);
    expect(await subscribers(key)).toBe(0);
  });

  it('shares one connection and one subscription a key, which ends with the last who waits', async () => {
    const [a, b] = [newKey(), newKey()];
    const waiting = [
      ...Array.from({ length: 20 }, () => results.wait(a, LONG_WAIT, status(a))),
      results.wait(b, 2000, status(b)),
    ];
    await until(async () => (await subscribers(a)) === 1 && (await subscribers(b)) === 1);
    expect(proxy.accepted).toBe(1);
    expect(await waiting.at(-1)).toBeNull();
    expect(await subscribers(a)).toBe(1);
    await tell(a);
    expect((await Promise.all(waiting)).filter((word) => word === 'succeeded')).toHaveLength(20);
    await until(async () => (await subscribers(a)) + (await subscribers(b)) === 0);
  });

  it('finds every one of 300 results told at random moments and leaks no subscription (protocol: waiter-looks-twice)', async () => {
    const patient = redisResults(engine.connect(), options);
    const keys = Array.from({ length: 300 }, newKey);
    const waiting = keys.map((key, index) => sleep(index % 7).then(() => patient.wait(key, LONG_WAIT, status(key))));
    await Promise.all(keys.map((key, index) => sleep((index * 13) % 40).then(() => tell(key))));
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['succeeded']));
    await until(async () => (await engine.redis.pubsub('CHANNELS', `*${engine.run}*`)).length === 0);
  });
});

describe('a connection that breaks', () => {
  it('is made again, and what was told meanwhile is found', async () => {
    const key = newKey();
    const { outcome } = await waitingFor(key);
    await proxy.closePort();
    await until(async () => (await subscribers(key)) === 0);
    await tell(key);
    await sleep(150);
    await proxy.openPort();
    const start = performance.now();
    expect(await outcome).toBe('succeeded');
    expect(performance.now() - start).toBeLessThan(SOON);
    await until(async () => (await subscribers(key)) === 0);
  });

  it('hears again what is told after it was made again', async () => {
    const key = newKey();
    const { outcome } = await waitingFor(key);
    proxy.cut();
    await until(async () => proxy.accepted === 2);
    await until(async () => (await subscribers(key)) === 1);
    await tell(key);
    expect(await outcome).toBe('succeeded');
  });

  it.each([
    { fault: 'a closed port', begin: () => proxy.closePort() },
    {
      fault: 'a server that answers nothing',
      begin: async () => {
        proxy.mode = 'silent';
      },
    },
  ])('that cannot be made ($fault) is said at once instead of waiting', async ({ begin }) => {
    await begin();
    const hasty = connectRedis({ url: proxy.url, cluster: false, space: localSpace, timeoutMs: BUDGET }, silentLog);
    const start = performance.now();
    const waiting = redisResults(hasty, options).wait(newKey(), LONG_WAIT, async () => null);
    await expect(waiting).rejects.toThrow(DependencyError);
    expect(performance.now() - start).toBeLessThan(SOON);
    await hasty.close();
  });
});
