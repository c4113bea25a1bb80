import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectRedis, type RedisConnection } from '../../../../lib/adapters/redis/client.ts';
import { shapeOf } from '../../../../local/engines/redis/command-shape.ts';
import { type RunningRedis, startRedis } from '../../../../local/engines/redis/server.ts';
import { useEverything } from '../../../lib/adapters/redis/use-everything.ts';
import { localSpace } from '../../../support/local-space.ts';
import { silentLog } from '../../../support/log.ts';
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
  connection = connectRedis({ url: server.url, cluster: false, space: localSpace, timeoutMs: 20_000 }, silentLog);
});
afterAll(async () => {
  await connection.close();
  await server.stop();
});

it('every command that the adapters send, with its options, is in the contract suite', async () => {
  await useEverything(connection);
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
