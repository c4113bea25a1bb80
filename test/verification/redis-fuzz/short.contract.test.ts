import { afterAll, beforeAll, expect, test } from 'vitest';
import { fuzz, judge } from '../../../verification/redis-fuzz/fuzz.ts';
import { onceDifferent } from '../../../verification/redis-fuzz/programs/once-different.ts';
import { findRedisServer } from '../../../verification/redis-fuzz/servers/redis-server.ts';
import { startServers } from '../../../verification/redis-fuzz/servers/start-servers.ts';

const found = findRedisServer();
let servers: Awaited<ReturnType<typeof startServers>>;

beforeAll(async () => {
  if (found) servers = await startServers(found.program);
  else
    console.log('programs for the embedded Redis and a real one: left out, there is no redis-server 7.0 on the PATH');
});
afterAll(() => servers?.stop());

test.runIf(found)('programs that were once answered otherwise than by the server', async () => {
  for (const program of onceDifferent) expect(await judge(servers, program)).toEqual({ is: 'same' });
});

test.runIf(found)('random programs are answered as the server answers them, and leave the same', async () => {
  const numbers = Array.from({ length: 100 }, (_, number) => number);
  const { differences, unanswered } = await fuzz(servers, 7, numbers, () => undefined);
  expect({ differences, unanswered }).toEqual({ differences: [], unanswered: [] });
});
