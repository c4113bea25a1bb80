import { setTimeout as pause } from 'node:timers/promises';
import { askAll, type Check, type Question } from '../../local/commands/checks.ts';
import { smoke } from '../../local/commands/smoke/smoke.ts';
import { playAll } from '../../local/commands/timelines/play.ts';
import type { Timeline } from '../../local/commands/timelines/timeline.ts';
import { failures, jobOn, onBrokenMachine, over, TYPE } from './jobs.ts';
import { answered, eventually, expected } from './look.ts';
import type { RunningStage } from './stage.ts';

/** How long nothing runs: longer than a function takes for no rest at all (lib/wiring/rest.ts). */
const FROZEN_MS = 500;

/**
 * Leads events through all that was packaged, from ingest to replay, and through functions that were frozen while their connections died.
 * It ends at the first fault of a function, whoever hears of it.
 * @param timelines of the event types that were packaged
 * @returns a check for each step; the first one that fails is the last that was tried
 */
export async function walk(stage: RunningStage, timelines: readonly Timeline[]): Promise<Check[]> {
  const { caller, seconds } = stage;
  const now = () => performance.now();
  /** Asks for as long as no function has failed. */
  const guarded = (questions: readonly Question[]): Question[] =>
    questions.map(([what, look]) => [what, () => Promise.race([look(), stage.lambda.fault])]);
  const broken = async () => ({ type: TYPE, data: await onBrokenMachine(stage), mended: jobOn('press') });
  const parts = [
    () => askAll(guarded(doors(stage)), now),
    () => raced(stage, smoke({ caller, type: TYPE, broken, seconds, now, pause })),
    () => raced(stage, playAll(timelines, stage)),
    () => askAll(guarded([...desk(stage), ...rest(stage)]), now),
    () => askAll(guarded(thawed(stage)), now),
  ];
  const checks: Check[] = [];
  for (const part of parts) {
    checks.push(...(await part()));
    if (checks.some(({ state }) => state === 'failed')) break;
  }
  return checks;
}

/** What has checks of its own ends, too, where a function fails. */
function raced({ lambda }: RunningStage, checks: Promise<Check[]>): Promise<Check[]> {
  const failed = lambda.fault.catch((error: Error): Check[] => [
    { what: 'no function fails', state: 'failed', said: error.message, ms: 0 },
  ]);
  return Promise.race([checks, failed]);
}

/** Who is let in. */
function doors({ stranger, caller }: RunningStage): Question[] {
  const status = async (response: Promise<Response>) => String((await response).status);
  const strange = { authorization: `Bearer slc_dev_${'0'.repeat(49)}` };
  return [
    ['nobody', async () => expected('401', await status(stranger.fetch('/events')))],
    ['a key that is none', async () => expected('403', await status(stranger.fetch('/events', { headers: strange })))],
    ['a key', async () => expected('artefact', (await answered<{ tenant: string }>(caller.fetch('/whoami'))).tenant)],
    ['no such route', async () => expected('404', await status(caller.post('/event', {})))],
  ];
}

/** What people do with failures, as they were sent. */
function desk(stage: RunningStage): Question[] {
  const { caller } = stage;
  return [
    [
      'a replay, as it was sent',
      async () => {
        const [failure] = await failures(stage, 1);
        await answered(caller.post(`/failures/${failure?.id}/replay`));
        const { status } = await over(stage, failure?.event ?? '');
        const { state } = await eventually(
          () => answered<{ state: string }>(caller.fetch(`/failures/${failure?.id}`)),
          ({ state: now }) => now !== 'replaying',
        );
        return expected('succeeded, replayed', `${status}, ${state}`);
      },
    ],
    [
      'a replay of many',
      async () => {
        const ids = (await failures(stage, 2)).map(({ id }) => id);
        const job = await answered<{ id: string }>(caller.post('/replays', { filter: { ids } }));
        const { outcomes } = await eventually(
          () => answered<{ state: string; outcomes: Record<string, number> }>(caller.fetch(`/replays/${job.id}`)),
          ({ state, outcomes: made }) => state === 'done' && made.waiting === 0,
        );
        return expected('2 succeeded', `${outcomes.succeeded} succeeded`);
      },
    ],
  ];
}

/** What else there is. */
function rest({ caller, lambda, deployed }: RunningStage): Question[] {
  return [
    [
      'its documents',
      async () => ((await answered<{ openapi: string }>(caller.fetch('/openapi.json'))).openapi ? 'openapi.json' : ''),
    ],
    [
      'what the clock starts',
      async () => {
        const event = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
        await Promise.all(deployed.scheduled.map((name) => lambda.invoke(name, event)));
        return deployed.scheduled.join(', ');
      },
    ],
    [
      'a cold start of each function',
      async () => {
        const started = new Set(lambda.coldStarts.map(({ functionName }) => functionName));
        const asleep = deployed.functions.filter(({ name }) => !started.has(name)).map(({ name }) => name);
        return expected('', asleep.join(', ')) || `${started.size} functions`;
      },
    ],
  ];
}

/** Everything was frozen, and the servers have ended its connections: what was idle for long. */
function thawed(stage: RunningStage): Question[] {
  const { caller, lambda, cut } = stage;
  const freeze = async () => {
    await lambda.frozen();
    cut();
    await pause(FROZEN_MS);
  };
  return [
    [
      'frozen and thawed: an event, waited for',
      async () => {
        await freeze();
        const before = lambda.coldStarts.length;
        // Another spelling, of which the gateway does not know yet whose key it is: the authorizer is asked.
        const authorization = caller.headers().authorization?.replace('Bearer', 'bearer') ?? '';
        const event = { type: TYPE, data: jobOn('press') };
        const response = await caller.post('/events', event, { headers: { prefer: 'wait=20', authorization } });
        const { status } = (await response.json()) as { status: string };
        return expected(
          '200 succeeded, 0 cold starts',
          `${response.status} ${status}, ${lambda.coldStarts.length - before} cold starts`,
        );
      },
    ],
    [
      'frozen and thawed: whatever is asked',
      async () => {
        await freeze();
        const paths = ['/health', '/events?limit=1', '/failures?limit=1', '/replays', '/event-types', '/whoami'];
        const statuses = paths.map(async (path) => `${path} ${(await caller.fetch(path)).status}`);
        const not = (await Promise.all(statuses)).filter((line) => !line.endsWith(' 200'));
        return expected('', not.join(', ')) || `${paths.length} answers`;
      },
    ],
    [
      'frozen and thawed: one that fails',
      async () => {
        await freeze();
        return `${(await failures(stage, 1)).length} failure`;
      },
    ],
  ];
}
