import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { eventFolder } from '../../deploy/event-folder.ts';
import { loadEventFolder } from '../../deploy/event-types.ts';
import type { Check } from '../../local/commands/checks.ts';
import { openStores } from '../../local/commands/timelines/access.ts';
import { playAll } from '../../local/commands/timelines/play.ts';
import { type Timeline, timelineFolder, timelinesIn } from '../../local/commands/timelines/timeline.ts';
import { callerOf } from '../../local/stack/caller.ts';
import { type Addresses, launch } from '../../local/stack/launch.ts';
import { dropDatabaseOf, PATIENT, sharedStack } from '../support/e2e.ts';
import { engineMode } from '../support/engines.ts';
import { silentLog } from '../support/log.ts';
import { neutralFolder, neutralTimelines } from '../support/neutral-events.ts';
import { patientBudgets } from '../support/patient-budgets.ts';

/** As `npm run test:stage` runs them on a stage, with its databases. @param reach what of them is told */
async function played(
  stack: Addresses,
  timelines: readonly Timeline[],
  { events, reach = ['MONGODB_URI', 'REDIS_URL'] }: { events: ReturnType<typeof eventFolder>; reach?: string[] },
): Promise<Check[]> {
  const { projections: declared } = await loadEventFolder(events);
  const { service: SERVICE, stage: STAGE, database: MONGODB_DATABASE, mongoUri, redisUrl } = stack;
  const addresses = Object.entries({ MONGODB_URI: mongoUri, REDIS_URL: redisUrl });
  const told = Object.fromEntries(addresses.filter(([name]) => reach.includes(name)));
  const { stores, close } = openStores({ SERVICE, STAGE, MONGODB_DATABASE, ...told }, silentLog);
  try {
    return await playAll(timelines, { caller: callerOf(stack), seconds: PATIENT, declared, ...stores });
  } finally {
    await close();
  }
}
const otherwise = (checks: readonly Check[]) => checks.filter(({ state }) => state !== 'passed');

describe('the timelines of the event types of the tests', () => {
  const neutral = timelinesIn(neutralTimelines);
  const events = neutralFolder();
  const [note] = neutral.filter(({ type }) => type === 'note.kept');

  // Other files use the same tenant meanwhile, so that by how much its projections change says nothing.
  test('are what is seen on this machine', async () => {
    const checks = await played(await sharedStack(), neutral, { events, reach: ['MONGODB_URI'] });
    expect(otherwise(checks).map(({ what, state }) => [what, state])).toEqual(
      neutral.map(({ type }) => [`${type}: projections`, 'not shown']),
    );
    expect(checks.length).toBeGreaterThan(neutral.length * 2);
  });

  test('by the address alone show what needs no document before, and no projection', async () => {
    const checks = await played(await sharedStack(), neutral, { events, reach: [] });
    expect(otherwise(checks).map(({ what, state, said }) => [what, state, said])).toEqual([
      ['fault.seen: projections', 'not shown', 'REDIS_URL does not say where they are'],
      ['job.moved: projections', 'not shown', 'REDIS_URL does not say where they are'],
      ...['its machine is full', 'its machine is broken', 'projections'].map((what) => [
        `job.run: ${what}`,
        'not shown',
        'documents are given before, and MONGODB_URI does not say where',
      ]),
      ['note.kept: projections', 'not shown', 'REDIS_URL does not say where they are'],
      ['sample.taken: projections', 'not shown', 'REDIS_URL does not say where they are'],
    ]);
  });

  test.each([
    [
      'a result',
      { seen: { statuses: ['accepted', 'succeeded'], attempts: ['succeeded'], result: { title: 'x' } } },
      'seen.result',
    ],
    [
      'an outcome',
      { seen: { statuses: ['accepted', 'rejected'], attempts: ['rejected'], rejection: 'x' } },
      'seen.statuses',
    ],
    ['a refusal', { seen: { refused: 'invalid-data' } }, 'seen.refused'],
  ])('fail where %s is another', async (_, change, at) => {
    const [step] = note?.steps ?? [];
    const wrong = [{ type: 'note.kept', projections: {}, steps: step ? [{ ...step, ...change }] : [] }];
    const [check] = await played(await sharedStack(), wrong, { events });
    expect(check).toMatchObject({ state: 'failed', said: expect.stringContaining(at) });
  });
});

describe('the timelines of the event types of this project', async () => {
  const events = eventFolder(undefined, {});
  const timelines = timelinesIn(timelineFolder(events));
  const stop: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(stop.map((one) => one())));

  test('are what is seen on this machine, projections too, also a second time', async (context) => {
    context.skip(timelines.length === 0, 'there is no event type');
    const database = `test-${randomUUID().slice(0, 8)}`;
    const stack = await launch({ engines: engineMode, environment: { ...patientBudgets, MONGODB_DATABASE: database } });
    stop.push(async () => {
      await dropDatabaseOf({ mongoUri: stack.mongoUri, database });
      await stack.stop();
    });
    for (const _ of ['once', 'again']) {
      const checks = await played({ ...stack, database }, timelines, { events });
      expect(otherwise(checks)).toEqual([]);
      expect(checks.length).toBeGreaterThanOrEqual(timelines.length);
    }
  });
});
