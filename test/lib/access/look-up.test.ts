import { describe, expect, test } from 'vitest';
import { createLookUp } from '../../../lib/access/look-up.ts';
import { makeApiKey } from '../../../lib/core/access/api-key.ts';
import type { StoredKey } from '../../../lib/core/access/key-entry.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { memoryApiKeys, memoryKeyCopies } from '../../support/memory-keys.ts';
import { storedKey } from '../../support/stored-key.ts';

const HOUR_MS = 3_600_000;
const unknownKey = (fill: number): string => makeApiKey('dev', (size) => new Uint8Array(size).fill(fill));

/** One stage, with a key that it knows, and execution environments that begin when they are asked for. */
function world(fields: Partial<StoredKey> = {}) {
  const clock = fakeClock();
  const mongo = memoryApiKeys();
  const redis = memoryKeyCopies(clock);
  const said: unknown[] = [];
  const note = (message: string, details?: unknown) => void said.push([message, details]);
  const log = { debug: note, info: note, warn: note, error: note };
  const { text, key } = storedKey(fields);
  mongo.all.set(key.id, key);
  const environment = () => createLookUp({ keys: mongo, copies: redis, clock, log, stage: 'dev' });
  const at = (ms: number) => new Date(clock.now() + ms).toISOString();
  const asked = () => ({
    mongo: mongo.asked.splice(0).filter((name) => name !== 'used'),
    redis: redis.asked.splice(0),
  });
  return { clock, mongo, redis, said, text, key, environment, at, asked };
}
const known = { identity: expect.objectContaining({ tenant: 'mine' }) };

describe('a text', () => {
  test.each([
    ['nothing', '', 'malformed'],
    ['another form', 'Bearer slc_dev_x', 'malformed'],
    ['a wrong checksum', `${unknownKey(1).slice(0, -1)}0`, 'malformed'],
    ['another stage', makeApiKey('prod', (size) => new Uint8Array(size)), 'other-stage'],
  ])('is refused before anybody is asked: %s', async (_, text, refused) => {
    const { environment, asked } = world();
    expect(await environment()(text)).toEqual({ refused });
    expect(asked()).toEqual({ mongo: [], redis: [] });
  });

  test('says who calls: all that binds the key, and what is said of its tenant', async () => {
    const grants = { types: ['a.b'], sources: ['/s'], rate: { events: 5 }, expires: '2027-01-01T00:00:00.000Z' };
    const { environment, mongo, text, key } = world(grants);
    mongo.tenants.set('mine', { tenant: 'mine', rate: { requests: 7 }, waits: 3 });
    const identity = { tenant: 'mine', key: { id: key.id, name: 'a key' }, scopes: ['events:read'], ...grants };
    expect(await environment()(text)).toEqual({ identity: { ...identity, tenantRate: { requests: 7 }, waits: 3 } });
  });

  test('stands in no line of the log, and neither does its hash', async () => {
    const { environment, mongo, redis, said, text, key } = world();
    for (const store of [mongo, redis]) store.silent = true;
    await expect(environment()(text)).rejects.toThrow(DependencyError);
    redis.silent = false;
    await redis.write({ key, tenant: { tenant: 'mine' } }, 0);
    await environment()(text).catch(() => undefined);
    expect(said.length).toBeGreaterThan(0);
    expect(JSON.stringify(said)).not.toMatch(new RegExp(`${text}|${key.hash}`));
  });
});

describe('a key that has ended', () => {
  test('is refused once it is revoked', async () => {
    const { environment, text } = world({ revoked: '2026-11-23T11:00:00.000Z' });
    expect(await environment()(text)).toMatchObject({ refused: 'revoked' });
  });

  test('is refused from the moment at which it expires, whatever is remembered', async () => {
    const { environment, text, clock } = world({ expires: '2026-11-23T12:00:10.000Z' });
    const lookUp = environment();
    clock.advance(9_999);
    expect(await lookUp(text)).toEqual(known);
    clock.advance(1);
    expect(await lookUp(text)).toMatchObject({ refused: 'expired' });
  });

  test('is refused where its end cannot be read', async () => {
    const { environment, text } = world({ expires: 'soon' });
    expect(await environment()(text)).toMatchObject({ refused: 'expired' });
  });

  test('and was rotated opens until the end of the overlap, while the new text opens beyond', async () => {
    const { environment, mongo, key, text, at, clock } = world();
    const { text: newText, key: next } = storedKey();
    const before = { hash: key.hash, last4: key.last4, ends: at(30_000) };
    mongo.all.set(key.id, { ...key, hash: next.hash, last4: next.last4, before });
    const lookUp = environment();
    clock.advance(29_999);
    expect([await lookUp(text), await lookUp(newText)]).toEqual([known, known]);
    clock.advance(1);
    expect([await lookUp(text), await lookUp(newText)]).toMatchObject([{ refused: 'expired' }, known]);
  });

  test('is refused by its mark at once, whatever copies and MongoDB say', async () => {
    const { environment, redis, mongo, text, key } = world();
    const lookUp = environment();
    expect(await lookUp(text)).toEqual(known);
    await redis.end([key.hash]);
    expect(await lookUp(text)).toMatchObject({ refused: 'revoked' });
    expect(await environment()(text)).toMatchObject({ refused: 'revoked' });
    // Nothing is remembered of it that could stand for Redis and MongoDB.
    for (const store of [mongo, redis]) store.silent = true;
    await expect(lookUp(text)).rejects.toThrow(DependencyError);
  });

  test.each(['with', 'without'])('is one of a disabled tenant, by its mark, %s a copy in Redis', async (copies) => {
    const { environment, redis, text } = world();
    const lookUp = environment();
    expect(await lookUp(text)).toEqual(known);
    await redis.disable('mine', 0);
    if (copies === 'without') redis.forget();
    expect(await lookUp(text)).toMatchObject({ refused: 'disabled' });
    if (copies === 'without') redis.forget();
    expect(await environment()(text)).toMatchObject({ refused: 'disabled' });
    await redis.mark({ tenant: 'mine', revision: 1 });
    expect(await lookUp(text)).toEqual(known);
  });

  test('is one of a disabled tenant, as MongoDB says', async () => {
    const { environment, mongo, text } = world();
    mongo.tenants.set('mine', { tenant: 'mine', disabled: true });
    expect(await environment()(text)).toMatchObject({ refused: 'disabled' });
  });
});

describe('who is asked', () => {
  test('Redis at every call, and MongoDB when its copy is a minute old', async () => {
    const { environment, text, clock, asked } = world();
    const lookUp = environment();
    await lookUp(text);
    expect(asked()).toEqual({ mongo: ['byHash'], redis: ['read', 'write', 'read'] });
    clock.advance(59_999);
    await lookUp(text);
    expect(asked()).toEqual({ mongo: [], redis: ['read'] });
    await environment()(text);
    expect(asked()).toEqual({ mongo: [], redis: ['read'] });
    clock.advance(1);
    await lookUp(text);
    expect(asked()).toEqual({ mongo: ['byHash'], redis: ['read', 'write', 'read'] });
  });

  test('MongoDB where Redis knows nothing, although it is remembered', async () => {
    const { environment, text, redis, asked } = world();
    const lookUp = environment();
    await lookUp(text);
    redis.forget();
    asked();
    expect(await lookUp(text)).toEqual(known);
    expect(asked().mongo).toEqual(['byHash']);
  });

  test('nobody for 10 s about a key that nobody knows', async () => {
    const { environment, clock, asked, mongo } = world();
    const lookUp = environment();
    const { text, key } = storedKey();
    expect(await lookUp(text)).toMatchObject({ refused: 'unknown' });
    expect(asked().mongo).toEqual(['byHash']);
    mongo.all.set(key.id, key);
    clock.advance(9_999);
    expect(await lookUp(text)).toMatchObject({ refused: 'unknown' });
    expect(asked()).toEqual({ mongo: [], redis: [] });
    clock.advance(1);
    expect(await lookUp(text)).toEqual(known);
  });
});

describe('while Redis is silent', () => {
  test('memory serves for a minute, then MongoDB is asked', async () => {
    const { environment, text, clock, redis, asked } = world();
    const lookUp = environment();
    await lookUp(text);
    redis.silent = true;
    asked();
    clock.advance(59_999);
    expect(await lookUp(text)).toEqual(known);
    expect(asked().mongo).toEqual([]);
    clock.advance(1);
    expect(await lookUp(text)).toEqual(known);
    expect(asked().mongo).toEqual(['byHash']);
    expect(await environment()(text)).toEqual(known);
    expect(asked().mongo).toEqual(['byHash']);
  });

  test('what MongoDB has revoked is refused after a minute', async () => {
    const { environment, text, key, clock, redis, mongo, at } = world();
    const lookUp = environment();
    await lookUp(text);
    redis.silent = true;
    mongo.all.set(key.id, { ...key, revoked: at(0) });
    clock.advance(60_000);
    expect(await lookUp(text)).toMatchObject({ refused: 'revoked' });
  });
});

describe('while MongoDB is silent', () => {
  test('a copy in Redis serves as long as the outage, cold starts too, and 24 hours at most', async () => {
    const { environment, text, clock, mongo } = world();
    const lookUp = environment();
    await lookUp(text);
    mongo.silent = true;
    for (let hour = 1; hour < 24; hour++) {
      clock.advance(HOUR_MS);
      expect([await lookUp(text), await environment()(text)]).toEqual([known, known]);
    }
    clock.advance(HOUR_MS);
    await expect(lookUp(text)).rejects.toThrow(DependencyError);
    await expect(environment()(text)).rejects.toThrow(DependencyError);
    mongo.silent = false;
    expect(await lookUp(text)).toEqual(known);
  });

  test('and Redis too, memory serves as long as the outage, 24 hours at most', async () => {
    const { environment, text, clock, mongo, redis } = world();
    const lookUp = environment();
    await lookUp(text);
    for (const store of [mongo, redis]) store.silent = true;
    clock.advance(24 * HOUR_MS - 1);
    expect(await lookUp(text)).toEqual(known);
    await expect(environment()(text)).rejects.toThrow(DependencyError);
    clock.advance(1);
    await expect(lookUp(text)).rejects.toThrow(DependencyError);
  });

  test('expiry, the end of an overlap and marks end keys all the same', async () => {
    const { environment, text, key, clock, mongo, redis } = world({ expires: '2026-11-23T14:00:00.000Z' });
    const { text: other, key: marked } = storedKey();
    mongo.all.set(marked.id, marked);
    const lookUp = environment();
    for (const each of [text, other]) expect(await lookUp(each)).toEqual(known);
    mongo.silent = true;
    await redis.end([marked.hash]);
    clock.advance(HOUR_MS);
    expect([await lookUp(text), await lookUp(other)]).toMatchObject([known, { refused: 'revoked' }]);
    clock.advance(HOUR_MS);
    expect(await lookUp(text)).toMatchObject({ refused: 'expired' });
    expect(key.revoked).toBeUndefined();
  });

  test('what nobody knows is no verdict, and is not remembered', async () => {
    const { environment, mongo, text } = world();
    mongo.silent = true;
    const lookUp = environment();
    await expect(lookUp(unknownKey(3))).rejects.toThrow(DependencyError);
    await expect(lookUp(text)).rejects.toThrow(DependencyError);
    mongo.silent = false;
    expect(await lookUp(text)).toEqual(known);
    expect(await lookUp(unknownKey(3))).toMatchObject({ refused: 'unknown' });
  });

  test('nobody waits for its silence more than once in 5 s, where a copy stands for it', async () => {
    const { environment, text, clock, mongo, asked } = world();
    const lookUp = environment();
    await lookUp(text);
    mongo.silent = true;
    clock.advance(60_000);
    asked();
    for (const ms of [0, 4_999]) {
      clock.advance(ms);
      expect(await lookUp(text)).toEqual(known);
    }
    expect(asked().mongo).toEqual(['byHash']);
    clock.advance(1);
    await lookUp(text);
    expect(asked().mongo).toEqual(['byHash']);
  });

  test('an old copy is not made young again', async () => {
    const { environment, text, clock, mongo, redis, asked } = world();
    await environment()(text);
    mongo.silent = true;
    clock.advance(60_000);
    asked();
    await environment()(text);
    expect(asked().redis).toEqual(['read']);
    expect(redis.silent).toBe(false);
  });
});

describe('the last use', () => {
  const uses = (asked: readonly string[]) => asked.filter((name) => name === 'used').length;

  test('is noted once a minute, for keys that open something', async () => {
    const { environment, text, clock, mongo, key } = world();
    const lookUp = environment();
    const begun = new Date(clock.now()).toISOString();
    for (const ms of [0, 1, 59_998]) {
      clock.advance(ms);
      await lookUp(text);
    }
    expect(uses(mongo.asked)).toBe(1);
    expect(mongo.all.get(key.id)?.lastUsed).toBe(begun);
    clock.advance(1);
    await lookUp(text);
    expect(uses(mongo.asked)).toBe(2);
    mongo.all.set(key.id, { ...key, revoked: begun });
    clock.advance(60_000);
    expect(await lookUp(text)).toMatchObject({ refused: 'revoked' });
    expect(uses(mongo.asked)).toBe(2);
  });

  test('that cannot be noted is logged, and nobody waits for it', async () => {
    const { environment, text, mongo, said, key } = world();
    const { promise, reject } = Promise.withResolvers<void>();
    mongo.used = () => promise;
    expect(await environment()(text)).toEqual(known);
    expect(said).toEqual([]);
    reject(new DependencyError('mongodb', 'silent'));
    await expect(promise).rejects.toThrow();
    expect(said).toEqual([['the last use of a key was not noted', { key: key.id, reason: 'silent' }]]);
  });
});

test('what MongoDB says in a form that only newer code reads is no verdict', async () => {
  const { environment, text, mongo, clock } = world();
  const lookUp = environment();
  await lookUp(text);
  clock.advance(60_000);
  mongo.byHash = () => Promise.reject(new RangeError('newer'));
  await expect(lookUp(text)).rejects.toThrow(RangeError);
});
