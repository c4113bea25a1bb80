import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { connectRedis } from '../../../../lib/adapters/redis/client.ts';
import type { Renew } from '../../../../lib/core/renew.ts';
import { eventually } from '../../../support/eventually.ts';
import { localSpace } from '../../../support/local-space.ts';
import { silentLog } from '../../../support/log.ts';
import { type RedisWithUsers, startRedisWithUsers } from '../../../support/redis-with-users.ts';

const PATIENT = 20_000;
let server: RedisWithUsers | undefined;
beforeAll(async () => {
  server = await startRedisWithUsers();
});
afterAll(() => server?.stop());

/** A user whose word is changed while a connection of it stands; what the store of secrets has meanwhile. */
async function rotating(redis: RedisWithUsers, name: string, { renews = true } = {}) {
  await redis.admin('ACL', 'SETUSER', name, 'on', '>old', '~*', '&*', '+@all');
  const store = { url: redis.urlOf(`${name}:old`), reads: 0 };
  const renew: Renew = async (refused) => {
    store.reads++;
    return store.url === refused ? undefined : store.url;
  };
  const config = { url: store.url, cluster: false, space: localSpace, timeoutMs: PATIENT };
  const connection = connectRedis({ ...config, ...(renews && { renew }) }, silentLog);
  onTestFinished(() => connection.close());
  const get = () => connection.command('GET', [connection.keys.pingKey]);
  expect(await get()).toBeNull();
  return {
    store,
    connection,
    get,
    /** As Secrets Manager does it: first at the server, then in the store. */
    async change(word: string, inStore = word) {
      await redis.admin('ACL', 'SETUSER', name, 'resetpass', `>${word}`);
      store.url = redis.urlOf(`${name}:${inStore}`);
    },
    /** What stands is closed, as it is after a freeze; new connections are made with what is known. */
    cut: () => redis.admin('CLIENT', 'KILL', 'USER', name),
  };
}

describe('the password of a user of Redis is changed', () => {
  test('and the next connection has the new one, in the same call, which is not lost', async ({ skip }) => {
    if (!server) return skip('no redis-server on the search path');
    const { get, change, cut, store } = await rotating(server, 'rotated');
    await change('new');
    expect(await get()).toBeNull();
    expect(store.reads).toBe(0);
    await cut();
    expect(await Promise.all(Array.from({ length: 50 }, get))).toEqual(Array.from({ length: 50 }, () => null));
    expect(store.reads).toBe(1);
  });

  test('and so has a call that comes so late that the old one is not used any more', async ({ skip }) => {
    if (!server) return skip('no redis-server on the search path');
    const redis = server;
    // Whoever is refused is the user `default` otherwise, so that its connection is ready for a moment.
    await redis.admin('ACL', 'SETUSER', 'default', 'off');
    onTestFinished(async () => void (await redis.admin('ACL', 'SETUSER', 'default', 'on')));
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const { get, change, store } = await rotating(redis, 'thawed');
    await change('new');
    vi.setSystemTime(Date.now() + 3_600_000);
    expect(await Promise.all(Array.from({ length: 50 }, get))).toEqual(Array.from({ length: 50 }, () => null));
    expect(store.reads).toBe(1);
  });

  test('and without reading it again nothing is ever answered (control)', async ({ skip }) => {
    if (!server) return skip('no redis-server on the search path');
    const { get, change, cut } = await rotating(server, 'control', { renews: false });
    await change('new');
    await cut();
    for (let call = 0; call < 5; call++) await expect(get()).rejects.toMatchObject({ code: 'redis-unavailable' });
  });

  test('and later in the store than at the server: calls fail as in an outage, until it is there', async ({ skip }) => {
    if (!server) return skip('no redis-server on the search path');
    const { get, change, cut, store } = await rotating(server, 'late');
    await change('new', 'old');
    await cut();
    const fault: unknown = await get().catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'redis-unavailable', retryable: true });
    expect(String(fault)).not.toMatch(/old|new/);
    store.url = server.urlOf('late:new');
    expect(await eventually(get)).toBeNull();
  });

  test('and the store does not answer: calls say that the connection was refused', async ({ skip }) => {
    if (!server) return skip('no redis-server on the search path');
    const redis = server;
    await redis.admin('ACL', 'SETUSER', 'silent', 'on', '>new', '~*', '&*', '+@all');
    const renew: Renew = () => new Promise(() => undefined);
    const config = { url: redis.urlOf('silent:old'), cluster: false, space: localSpace, timeoutMs: 2000, renew };
    const connection = connectRedis(config, silentLog);
    onTestFinished(() => connection.close());
    await expect(connection.command('GET', [connection.keys.pingKey])).rejects.toMatchObject({
      code: 'redis-unavailable',
      message: expect.stringContaining('refused'),
    });
  });

  test('and the connection for those who wait has the new one, too', async ({ skip }) => {
    if (!server) return skip('no redis-server on the search path');
    const { connection, change, cut } = await rotating(server, 'waiting');
    const before = await connection.subscriber.client(PATIENT);
    await change('new');
    await cut();
    await eventually(() => expect(before.status).not.toBe('ready'));
    const ping = async () => (await connection.subscriber.client(PATIENT)).call('PING');
    expect(await eventually(ping)).toBe('PONG');
  });
});

test('a password where there was none is read, too', async ({ skip }) => {
  if (!server) return skip('no redis-server on the search path');
  const redis = server;
  const renew: Renew = async () => redis.urlOf(':first-word');
  const config = { url: redis.urlOf(), cluster: false, space: localSpace, timeoutMs: PATIENT, renew };
  const connection = connectRedis(config, silentLog);
  onTestFinished(() => connection.close());
  const get = () => connection.command('GET', [connection.keys.pingKey]);
  expect(await get()).toBeNull();
  await redis.admin('CONFIG', 'SET', 'requirepass', 'first-word');
  await redis.admin('CLIENT', 'KILL', 'USER', 'default');
  expect(await eventually(get)).toBeNull();
});

test('nobody waits for a connection that was begun with the old password, nor hears of its refusal', async () => {
  const REFUSED = '-WRONGPASS no\r\n';
  const answers = new Map([
    ['AUTH', '+OK\r\n'],
    ['INFO', '$19\r\nredis_version:7.2.0\r\n'],
  ]);
  const held: Socket[] = [];
  // A server that is slow to refuse whoever comes first.
  const slow = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    let isRefused = false;
    socket.on('data', (sent) => {
      const asked = sent.toString();
      isRefused ||= asked.includes('old');
      if (isRefused && held.length === 0) held.push(socket);
      if (socket === held[0]) return;
      for (const [, command = ''] of asked.matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g))
        socket.write(isRefused ? REFUSED : (answers.get(command.toUpperCase()) ?? '$-1\r\n'));
    });
  }).listen(0, '127.0.0.1');
  await once(slow, 'listening');
  onTestFinished(() => void slow.close());
  const urlOf = (word: string) => `redis://:${word}@127.0.0.1:${(slow.address() as AddressInfo).port}`;
  let reads = 0;
  const renew: Renew = async () => {
    reads++;
    return urlOf('new');
  };
  const times = { timeoutMs: PATIENT, openMs: PATIENT };
  const config = { url: urlOf('old'), cluster: false, space: localSpace, renew, ...times };
  const connection = connectRedis(config, silentLog);
  onTestFinished(() => connection.close());
  const waiting = connection.command('GET', [connection.keys.pingKey]);
  await eventually(() => expect(held).toHaveLength(1));
  await connection.subscriber.client(PATIENT).catch(() => undefined);
  expect(await waiting).toBeNull();
  held[0]?.end(REFUSED + REFUSED);
  await eventually(() => expect(held[0]?.closed).toBe(true));
  expect(await connection.command('GET', [connection.keys.pingKey])).toBeNull();
  expect(reads).toBe(1);
});
