import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadEventFolder } from '../../../deploy/event-types.ts';
import { type Rounds, roundsOn } from '../../../local/commands/memory/round.ts';
import { manyOf } from '../../../local/stack/example-events.ts';
import type { Launched } from '../../../local/stack/launch.ts';
import { neutralFolder } from '../../support/neutral-events.ts';
import { startStack } from '../../support/stack.ts';

let stack: Launched;
let rounds: Rounds;
beforeAll(async () => {
  stack = await startStack({ engines: 'embedded' });
  rounds = roundsOn(stack, manyOf((await loadEventFolder(neutralFolder())).entries));
});
afterAll(async () => {
  await rounds.close();
  await stack.stop();
});

test('of events that have settled and expired nothing is left: no record, no key, no message', async () => {
  const run = async () => {
    await rounds.run(600, 0, () => {});
    const settled = await rounds.count();
    await rounds.expire();
    return { settled, left: await rounds.count() };
  };
  const [first, second] = [await run(), await run()];
  expect(first.settled).toMatchObject({ events: 600, messages: 0 });
  expect(first.settled.keys).toBeGreaterThan(600);
  expect(first.left).toMatchObject({ events: 0, keys: 0, messages: 0 });
  expect(second.left).toEqual(first.left);
});

test('each process says what it uses', async () => {
  const used = await stack.memory();
  expect(Object.keys(used)).toEqual(
    expect.arrayContaining(['main', 'mongo', 'redis', 'sqs', 'ingest', 'onSampleTaken']),
  );
  for (const { rss, live } of Object.values(used)) {
    expect(live).toBeGreaterThan(1e6);
    expect(rss).toBeGreaterThan(live);
  }
});
