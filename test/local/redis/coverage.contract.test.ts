import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisClaims } from '../../../lib/adapters/redis/claims.ts';
import { connectRedis, type RedisConnection, redisPing } from '../../../lib/adapters/redis/client.ts';
import { redisProjections } from '../../../lib/adapters/redis/projections.ts';
import { redisResults } from '../../../lib/adapters/redis/results.ts';
import { generationsKey } from '../../../lib/redis-keys.ts';
import { type RunningRedis, startRedis } from '../../../local/redis/server.ts';
import { shapeOf } from '../../../local/redis/shape.ts';
import { silentLog } from '../../support/log.ts';
import { type Case, wordsOf } from './cases/case.ts';
import { keyCases } from './cases/keys.ts';
import { serverCases } from './cases/server.ts';
import { stringCases } from './cases/strings.ts';
import { sortedSetCases, structureCases } from './cases/structures.ts';

/** Judged by the tests of behaviour, because their answers need two connections or are chance. */
const judgedElsewhere = ['INFO', 'SUBSCRIBE', 'UNSUBSCRIBE', 'TIME'];

let server: RunningRedis;
let connection: RedisConnection;

beforeAll(async () => {
  server = await startRedis({ record: true });
  connection = connectRedis({ url: server.url, cluster: false, timeoutMs: 1000 }, silentLog);
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

/** Every function of every adapter, on the paths that send other commands. */
async function useEverything(): Promise<void> {
  const key = 'k';
  const owner = 'o'.repeat(22);
  const claim = { owner, confirmed: false, fingerprint: 'f', type: 't', time: '', recordedtime: '' };
  const claims = redisClaims(connection, { claimTtlMs: 5000, deduplicationMs: 60_000 });
  await claims.claim([{ key, claim }], { tenant: 't', quota: 1, windowSeconds: 1 });
  await claims.confirm([{ key, claim }]);
  await claims.read(key);
  await claims.release([{ key, owner }]);

  const results = redisResults(connection, { deduplicationMs: 60_000, perTenant: 1, inAll: 1 });
  const waiting = results.wait(key, 1000, () => results.read(key));
  const event = { id: '', source: '', type: '', time: '', recordedtime: '', extensions: {}, attempts: [] };
  const told = { outcome: 'succeeded', fingerprint: 'f', replay: 0 } as const;
  await results.tell(key, told, { ...event, status: 'succeeded' });
  await results.tell(key, told, { ...event, status: 'succeeded', result: 'x'.repeat(70_000) });
  await waiting;
  await results.readOutcomes([key]);
  const slot = await results.takeSlot('t', 1000);
  await results.takeSlot('t', 1000);
  await slot?.release();
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
  for (const kind of ['counter', 'hash', 'sorted-set', 'hyperloglog', 'set'] as const)
    await projections.read('t', 'p', kind, [kind]);
  await redisPing(connection)();
}

it('every command that the adapters send, with its options, is in the contract suite', async () => {
  await useEverything();
  const cases: Case[] = [
    ...stringCases,
    ...keyCases,
    ...Object.values(structureCases).flat(),
    ...sortedSetCases,
    ...Object.values(serverCases).flat(),
  ];
  const covered = new Set(
    cases.flatMap(({ steps }) =>
      steps.map(([command]) => {
        const [name = '', ...args] = wordsOf(command);
        return shapeOf(name.toLowerCase(), args);
      }),
    ),
  );
  const asked = server.asked();
  expect(asked).toEqual(expect.arrayContaining(['SET NX GET PX', 'EVALSHA', 'PUBLISH', 'PFADD', 'PEXPIRE LT']));
  expect(asked.filter((shape) => !covered.has(shape) && !judgedElsewhere.includes(shape))).toEqual([]);
});
