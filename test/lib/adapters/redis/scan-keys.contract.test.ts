import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { scanKeys } from '../../../../lib/adapters/redis/scan-keys.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import { type FaultProxy, startFaultProxy } from '../../../support/fault-proxy.ts';
import { openEngine, type TestEngine } from './engine.ts';

let engine: TestEngine;
let proxy: FaultProxy;

beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.stop());
beforeEach(async () => {
  proxy = await startFaultProxy(engine.url);
});
afterEach(() => proxy.stop());

const list = async (whenFound = () => {}) => {
  const found: string[] = [];
  for await (const keys of scanKeys({ url: proxy.url, cluster: false, timeoutMs: 200 }, `{${engine.run}}:*`)) {
    found.push(...keys);
    whenFound();
  }
  return found;
};

it('lists the keys that match', async () => {
  await engine.redis.mset(`{${engine.run}}:a`, '1', `{${engine.run}}:b`, '2');
  expect((await list()).toSorted()).toEqual([`{${engine.run}}:a`, `{${engine.run}}:b`]);
});

it('ends when Redis falls silent before the connection is made', async () => {
  proxy.mode = 'silent';
  await expect(list()).rejects.toThrow(DependencyError);
});

it('ends when Redis falls silent between two pages', async () => {
  // More keys than a page has.
  await engine.redis.mset(Array.from({ length: 2000 }, (_, index) => [`{${engine.run}}:${index}`, '1']).flat());
  const listing = list(() => {
    proxy.mode = 'silent';
  });
  await expect(listing).rejects.toThrow('no answer in time');
});
