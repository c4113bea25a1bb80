import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisClaims } from '../../../lib/adapters/redis/claims.ts';
import { connectRedis, type RedisConnection } from '../../../lib/adapters/redis/client.ts';
import { redisResults } from '../../../lib/adapters/redis/results.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import type { Claim, Claims } from '../../../lib/ports/claims.ts';
import type { Results, SettledEvent } from '../../../lib/ports/results.ts';
import { systemClock } from '../../../lib/wiring/clock.ts';
import { type TestEngines, testEngines } from '../../support/engines.ts';
import { eventually } from '../../support/eventually.ts';
import { localSpace } from '../../support/local-space.ts';
import { silentLog } from '../../support/log.ts';
import { memoryClaims } from '../../support/memory-claims.ts';
import { memoryResults } from '../../support/memory-results.ts';

let engines: TestEngines;
let redis: RedisConnection;
beforeAll(async () => {
  engines = await testEngines();
  redis = connectRedis({ url: engines.redisUrl, cluster: false, space: localSpace, timeoutMs: 20_000 }, silentLog);
});
afterAll(async () => {
  await redis.close();
  await engines.stop();
});

/** The ports in memory, on which the pipelines are tested, must do what Redis does. */
const worlds: Record<string, () => { claims: Claims; results: Results }> = {
  memory: () => ({ claims: memoryClaims(systemClock), results: memoryResults() }),
  Redis: () => ({
    claims: redisClaims(redis, { claimTtlMs: 60_000, deduplicationMs: 60_000 }),
    results: redisResults(redis, { deduplicationMs: 60_000, perTenant: 10, inAll: 10 }),
  }),
};

const newKey = () => eventKey('local', '/ports', randomUUID());
const claimBy = (owner: string, fingerprint = 'f'.repeat(43)): Claim => ({
  owner: owner.repeat(22),
  confirmed: false,
  fingerprint,
  type: 'parcel.sent',
  time: '2026-11-23T12:00:00Z',
  recordedtime: '2026-11-23T12:00:00.000Z',
});

describe.each(Object.entries(worlds))('claims in %s', (_, world) => {
  it('are the first one’s, and others find it', async () => {
    const { claims } = world();
    const [key, other] = [newKey(), newKey()];
    expect(await claims.claim([{ key, claim: claimBy('a') }])).toEqual([null]);
    const second = [key, other].map((one) => ({ key: one, claim: claimBy('b') }));
    expect(await claims.claim(second)).toEqual([claimBy('a'), null]);
  });

  it('are confirmed by their owner, or where none stands, and never over another', async () => {
    const { claims } = world();
    const [mine, absent, others] = [newKey(), newKey(), newKey()];
    await claims.claim([{ key: mine, claim: claimBy('a') }]);
    await claims.claim([{ key: others, claim: claimBy('b') }]);
    await claims.confirm([mine, absent, others].map((key) => ({ key, claim: claimBy('a') })));
    expect(await Promise.all([mine, absent, others].map((key) => claims.read(key)))).toEqual([
      { ...claimBy('a'), confirmed: true },
      { ...claimBy('a'), confirmed: true },
      claimBy('b'),
    ]);
  });

  it('are released by their owner alone', async () => {
    const { claims } = world();
    const key = newKey();
    await claims.claim([{ key, claim: claimBy('a') }]);
    await claims.release([{ key, owner: claimBy('b').owner }]);
    expect(await claims.read(key)).toEqual(claimBy('a'));
    await claims.release([{ key, owner: claimBy('a').owner }]);
    expect(await claims.read(key)).toBeNull();
  });
});

describe.each(Object.entries(worlds))('results in %s', (_, world) => {
  const settled: SettledEvent = {
    id: 'e',
    source: '/ports',
    type: 'parcel.sent',
    time: '2026-11-23T12:00:00Z',
    recordedtime: '2026-11-23T12:00:00.000Z',
    extensions: { extra: true },
    status: 'succeeded',
    attempts: [{ at: '2026-11-23T12:00:01.000Z', outcome: 'succeeded' }],
  };
  const outcome = (replay: number) => ({ outcome: 'succeeded' as const, fingerprint: 'f'.repeat(43), replay });

  it('are null until told, then what was told', async () => {
    const { results } = world();
    const [key, other] = [newKey(), newKey()];
    expect(await results.read(key)).toBeNull();
    await results.tell(key, outcome(0), settled);
    expect(await results.read(key)).toEqual({ outcome: outcome(0), event: settled });
    expect(await results.readOutcomes([other, key])).toEqual([null, outcome(0)]);
  });

  it('of a lower replay are never put over those of a higher one (protocol: newest-replay-tells)', async () => {
    const { results } = world();
    const key = newKey();
    await results.tell(key, outcome(1), settled);
    await results.tell(key, { ...outcome(0), outcome: 'failed' }, { ...settled, status: 'failed' });
    expect(await results.read(key)).toEqual({ outcome: outcome(1), event: settled });
  });

  it('are found by a wait that begins after them, and by none that has none', async () => {
    const { results } = world();
    const key = newKey();
    const wait = () => results.wait(key, 200, () => results.read(key));
    // A busy machine may need longer to subscribe than such a wait lasts, which is an error and no answer.
    await eventually(async () => expect(await wait()).toBeNull());
    await results.tell(key, outcome(0), settled);
    await eventually(async () => expect(await wait()).toEqual({ outcome: outcome(0), event: settled }));
  });
});
