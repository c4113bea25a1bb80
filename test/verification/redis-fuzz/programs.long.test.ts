import { expect, test } from 'vitest';
import { fuzz } from '../../../verification/redis-fuzz/fuzz.ts';
import { textOf } from '../../../verification/redis-fuzz/report.ts';
import { findRedisServer } from '../../../verification/redis-fuzz/servers/redis-server.ts';
import { startServers } from '../../../verification/redis-fuzz/servers/start-servers.ts';

const found = findRedisServer();
if (!found) console.log('10,000 programs for the embedded Redis: left out, there is no redis-server 7.0 on the PATH');

test.runIf(found)(
  '10,000 random programs are answered as the server answers them, and leave the same',
  { timeout: 3_600_000 },
  async () => {
    const servers = await startServers(found?.program ?? '');
    try {
      const numbers = Array.from({ length: 10_000 }, (_, number) => number);
      const report = await fuzz(servers, 1, numbers, (done) => {
        if (done % 1000 === 0) console.log(`${done} programs`);
      });
      console.log(textOf(report));
      expect(report.differences).toEqual([]);
      expect(report.unanswered).toEqual([]);
      // So many ended early that the rest would say little.
      expect(Object.values(report.refused).reduce((sum, times) => sum + times, 0)).toBeLessThan(3000);
    } finally {
      await servers.stop();
    }
  },
);
