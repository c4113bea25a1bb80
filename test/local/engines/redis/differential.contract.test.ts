import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningRedis, startRedis } from '../../../../local/engines/redis/server.ts';
import { judge, startJudge } from './differential/judge.ts';
import { onceDifferent } from './differential/once-different.ts';
import { anyProgram, type Program, runOn } from './differential/program.ts';

/** `REDIS_PROGRAMS=5000` runs more of them, from another seed each time. */
const more = Number(process.env.REDIS_PROGRAMS || 0);
const seed = more > 0 ? Date.now() % 2 ** 31 : 20_261_123;

let embedded: RunningRedis;
let server: Awaited<ReturnType<typeof startJudge>>;

beforeAll(async () => {
  if (!judge) {
    console.log('differential test of the embedded Redis: left out, there is no redis-server on the PATH');
    return;
  }
  [embedded, server] = await Promise.all([startRedis(), startJudge(judge)]);
});
afterAll(async () => {
  await Promise.all([embedded?.stop(), server?.stop()]);
});

async function judgeProgram(program: Program): Promise<void> {
  const [theirs, ours] = await Promise.all([runOn(server.port, program), runOn(embedded.port, program)]);
  expect(ours).toEqual(theirs);
}

test.runIf(judge)('programs that were once answered otherwise than by the server', async () => {
  for (const program of onceDifferent) await judgeProgram(program);
});

test.runIf(judge)(
  'random programs of two clients are answered as the server answers them, and leave the same',
  { timeout: more > 0 ? 3_600_000 : 60_000 },
  async () => {
    console.log(`differential test of the embedded Redis: seed ${seed}`);
    await fc.assert(fc.asyncProperty(anyProgram, judgeProgram), { seed, numRuns: more || 80 });
  },
);
