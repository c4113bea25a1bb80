import { redisClaims } from '../../../../lib/adapters/redis/claims.ts';
import type { RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { redisKeyCopies } from '../../../../lib/adapters/redis/key-copies.ts';
import { redisPing } from '../../../../lib/adapters/redis/ping.ts';
import { redisProjections } from '../../../../lib/adapters/redis/projections.ts';
import { redisRates } from '../../../../lib/adapters/redis/rate-limit.ts';
import { redisResults } from '../../../../lib/adapters/redis/results.ts';
import { kindNames } from '../../../../lib/sdk/projection.ts';
import { localKeys } from '../../../support/local-space.ts';

const { generationsKey } = localKeys;

/** Every function of every adapter, on the paths that send other commands. */
export async function useEverything(connection: RedisConnection): Promise<void> {
  const key = 'k';
  const owner = 'o'.repeat(22);
  const claim = { owner, confirmed: false, fingerprint: 'f', type: 't', time: '', recordedtime: '' };
  const claims = redisClaims(connection, { claimTtlMs: 60_000, deduplicationMs: 60_000 });
  await claims.claim([{ key, claim }]);
  await claims.confirm([{ key, claim }]);
  await claims.read(key);
  await claims.release([{ key, owner }]);

  const rates = redisRates(connection);
  const policies = (['key', 'tenant'] as const).map(
    (whose) => ({ whose, of: 'events', quota: 1, windowSeconds: 1 }) as const,
  );
  for (let round = 0; round < 2; round++) {
    await rates.take({ tenant: 't', key: 'k', policies }, { requests: 1, events: 1, bytes: 1 });
    await rates.giveBack({ tenant: 't', key: 'k', policies }, { requests: 0, events: round, bytes: 0 });
  }

  const results = redisResults(connection, { deduplicationMs: 60_000, perTenant: 1, inAll: 1 });
  const waiting = results.wait(key, 1000, () => results.read(key));
  const event = { id: '', source: '', type: '', time: '', recordedtime: '', extensions: {}, attempts: [] };
  const told = { outcome: 'succeeded', fingerprint: 'f', replay: 0 } as const;
  await results.tell(key, told, { ...event, status: 'succeeded' });
  await results.tell(key, told, { ...event, status: 'succeeded', result: 'x'.repeat(70_000) });
  await waiting;
  await results.readOutcomes([key]);
  const slot = await results.takeSlot({ tenant: 't', key: 'k' }, 1000);
  await results.takeSlot({ tenant: 't', key: 'k' }, 1000);
  await slot?.release();
  await results.noteWaits([{ key, why: 'outage', at: new Date().toISOString(), seconds: 1 }]);
  await results.readWait(key);
  await results.voidMarks([{ key, run: 'r' }]);
  await results.voidedMarks([{ key, run: 'r' }]);

  const projections = redisProjections(connection);
  const commands = [
    ['INCRBY', 'counter', '1'],
    ['HINCRBY', 'hash', 'f', '1'],
    ['ZINCRBY', 'sorted-set', '1', 'm'],
    ['PFADD', 'hyperloglog', 'm'],
    ['SADD', 'set', 'm'],
  ] as const;
  for (const generations of ['0', '0,1', '1']) {
    await connection.command('SET', [generationsKey('t', 'p')], [generations]);
    await projections.apply('t', key, [{ projection: 'p', keepSeconds: 10, commands }]);
    await projections.cutGuards([{ tenant: 't', eventKey: key, projection: 'p' }]);
  }
  for (const kind of kindNames) await projections.read('t', 'p', kind, [kind]);
  await redisPing(connection)();

  const copies = redisKeyCopies(connection);
  const known = {
    ...{ id: 'i', name: 'n', tenant: 't', scopes: [], hash: 'h', last4: 'abcd', createdtime: '' },
    ...{ by: { key: 'k', name: 'n' }, before: { hash: 'b', last4: 'abcd', ends: '' } },
  };
  await copies.write({ key: known, tenant: { tenant: 't' } }, 0);
  await copies.read('h');
  await copies.read('b', { id: 'i', tenant: 't' });
  await copies.byId('i');
  await copies.end(['h', 'b']);
  await copies.disable('t', 1);
  for (const disabled of [true, false]) await copies.mark({ tenant: 't', disabled, revision: 9 });
  await copies.mark({ tenant: 't', revision: 8 });
}
