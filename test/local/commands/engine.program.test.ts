import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { endsInPeace, engine, startEngine } from './start-engine.ts';

test('npm run engine redis: a driver talks to it, and Ctrl-C ends it', async () => {
  const run = await startEngine('redis');
  const client = new Redis(run.address, { retryStrategy: () => null });
  onTestFinished(() => client.disconnect());
  await client.set('a', '1');
  expect(await client.incr('a')).toBe(2);
  await endsInPeace(run);
});

test('npm run engine without an engine says what there is', async () => {
  const { printed, ended } = engine();
  expect((await ended)[0]).toBe(1);
  expect(printed.err).toMatch(
    /^which engine\? one of mongo, redis, sqs; npm run engine -- --help says what there is\n$/,
  );
});
