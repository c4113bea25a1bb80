import { setTimeout as wait } from 'node:timers/promises';
import { copyProject } from '../../../test/support/project-copy.ts';
import { bundlesOfCommit } from '../../rolling/bundles.ts';
import type { Group } from '../group.ts';
import { addEvents } from '../harness/event-folder.ts';
import { batches, ordinary, together } from '../harness/events.ts';
import { usedBy } from '../harness/process-tree.ts';
import { type Stack, startStack } from '../harness/stack.ts';
import type { World } from '../harness/world.ts';
import type { Measured, Outcome } from '../row.ts';
import { percentile, ratio, summed } from '../statistics.ts';
import { TODAY } from '../today.ts';
import { bareDoor, bareLoop } from './bare.ts';

const CONNECTIONS = 32;
/** Posted one by one before anything is measured: until then Node compiles for a third of the time of every process. */
const BEFORE = 1000;
const ONE_BY_ONE = 2000;
/** As many as the demo sends. */
const MANY = 1104;
const ARRAY = 100;
const STORED = 5000;
/** Behind the last outcome projections are told, what was used collects its garbage, and processes without work end. */
const REST_MS = 10_000;
const IDLE_MS = 10_000;
const MB = 1024 ** 2;
const rows = {
  settled: 'local stack, posted one by one on 32 connections: settled a second / today',
  accepted: 'local stack, posted one by one on 32 connections: accepted a second / today',
  p50: 'local stack, posted one by one on 32 connections: p50 of a request / today',
  p99: 'local stack, posted one by one on 32 connections: p99 of a request / today',
  bare: 'local stack, posted one by one: settled a second / a bare loop on its engines (send, receive, insert, delete)',
  door: 'local stack, posted one by one: settled a second / that loop behind an HTTP server that looks at nothing',
  ceiling: 'that loop behind an HTTP server that looks at nothing: a second / the bare loop',
  many: 'local stack, 1,104 events in arrays of 100: seconds until all are settled / today',
  idle: 'local stack, idle after 5,000 events',
  memory: 'local stack, memory at the banner / today',
  own: 'local stack, memory at the banner that is no other process’s / today',
  after: 'local stack, memory after 1,804 events / today',
};

/** By the clock, so a quiet machine is needed: what else runs takes its cores. */
export const stackGroup: Group = {
  name: 'stack',
  shows: 'the local stack, as `npm start` runs it',
  long: true,
  rows: [
    { name: rows.settled, now: 1, goal: { atLeast: 2.5 }, unit: 'times' },
    { name: rows.accepted, now: 1, goal: null, unit: 'times' },
    { name: rows.p50, now: 1, goal: null, unit: 'times' },
    { name: rows.p99, now: 1, goal: null, unit: 'times' },
    { name: rows.bare, now: 0.39, goal: { atLeast: 0.8 }, unit: 'times' },
    { name: rows.door, now: null, goal: null, unit: 'times' },
    { name: rows.ceiling, now: null, goal: null, unit: 'times' },
    { name: rows.many, now: 1, goal: { atMost: 0.5 }, unit: 'times' },
    { name: rows.idle, now: 0.147, goal: { atMost: 0.05 }, unit: 'a core' },
    { name: rows.memory, now: 1, goal: { atMost: 0.6 }, unit: 'times' },
    { name: rows.own, now: 1, goal: null, unit: 'times' },
    { name: rows.after, now: 1, goal: { atMost: 0.5 }, unit: 'times' },
  ],
  async run(world) {
    const present = copyProject();
    addEvents(present.folder, '#sluice');
    // All of it, and its own event types too, which its seeds are of: a stack is more than functions.
    const today = world.noToday === undefined ? await bundlesOfCommit(TODAY, addEvents, []) : undefined;
    const rounds = world.size === 'full' ? 5 : 1;
    const removeAll = () => {
      present.remove();
      today?.remove();
    };
    process.once('exit', removeAll);
    try {
      const now: Seen[] = [];
      const before: Seen[] = [];
      for (let round = 0; round < rounds; round++) {
        world.progress(`local stack: round ${round + 1} of ${rounds}`);
        now.push(await seen(world, present.folder, round === 0));
        if (today) before.push(await seen(world, today.folder, false));
      }
      return outcomesOf(now, before, world.noToday);
    } finally {
      process.off('exit', removeAll);
      removeAll();
    }
  },
};

interface Seen {
  perSecond: number;
  accepted: number;
  p50: number;
  p99: number;
  bare: number;
  door: number;
  seconds: number;
  /** MB. */
  memory: number;
  own: number;
  after: number;
  idle: number | undefined;
}

async function seen(world: World, project: string, alsoIdle: boolean): Promise<Seen> {
  const stack = await startStack(project);
  try {
    const atBanner = usedBy(stack.pid);
    const [before, few] = world.size === 'full' ? [BEFORE, ONE_BY_ONE] : [60, 60];
    await stack.settle(
      batches(before, 1, () => ordinary()),
      CONNECTIONS,
    );
    const took = await stack.settle(
      batches(few, 1, () => ordinary()),
      CONNECTIONS,
    );
    const { settled: seconds } = await stack.settle(arrays(world.size === 'full' ? MANY : ARRAY), 4);
    const after = usedBy(stack.pid).rss / MB;
    const counts = { before, few, connections: CONNECTIONS };
    const [bare, door] = [await bareLoop(world, stack, counts), await bareDoor(world, stack, counts)];
    const idle = alsoIdle ? await idleShare(world, stack) : undefined;
    return {
      perSecond: few / took.settled,
      accepted: few / took.accepted,
      p50: percentile(took.requests, 0.5),
      p99: percentile(took.requests, 0.99),
      ...{ memory: atBanner.rss / MB, own: atBanner.own / MB, after, bare, door, seconds, idle },
    };
  } finally {
    await stack.stop();
  }
}

/** Of two types, in arrays. */
const arrays = (count: number): string[][] =>
  Array.from({ length: Math.ceil(count / ARRAY) }, (_, array) =>
    Array.from({ length: Math.min(ARRAY, count - array * ARRAY) }, array % 2 === 0 ? () => ordinary() : together),
  );

/** Of a core, by all processes of a stack that nobody sends anything. */
async function idleShare({ size, progress }: World, stack: Stack): Promise<number> {
  await stack.settle(arrays(size === 'full' ? STORED : ARRAY), 4);
  progress('local stack: looking on while it is idle');
  if (size === 'full') await wait(REST_MS);
  const before = usedBy(stack.pid).cpuSeconds;
  await wait(IDLE_MS);
  return (usedBy(stack.pid).cpuSeconds - before) / (IDLE_MS / 1000);
}

function outcomesOf(
  now: readonly Seen[],
  before: readonly Seen[],
  noToday: string | undefined,
): Record<string, Outcome> {
  const of = (all: readonly Seen[], value: (one: Seen) => number) => all.map(value);
  const compared = (value: (one: Seen) => number, note?: string): Measured | { leftOut: string } =>
    noToday === undefined ? ratio(of(now, value), of(before, value), note) : { leftOut: noToday };
  return {
    [rows.settled]: compared(({ perSecond }) => perSecond),
    [rows.accepted]: compared(({ accepted }) => accepted),
    [rows.p50]: compared(({ p50 }) => p50),
    [rows.p99]: compared(({ p99 }) => p99),
    [rows.bare]: ratio(
      of(now, ({ perSecond }) => perSecond),
      of(now, ({ bare }) => bare),
    ),
    [rows.door]: ratio(
      of(now, ({ perSecond }) => perSecond),
      of(now, ({ door }) => door),
    ),
    [rows.ceiling]: ratio(
      of(now, ({ door }) => door),
      of(now, ({ bare }) => bare),
    ),
    [rows.many]: compared(({ seconds }) => seconds),
    [rows.idle]: summed(
      now.flatMap(({ idle }) => idle ?? []),
      'all of its processes, from ten seconds after the last outcome on; “now” was its main process alone',
    ),
    [rows.memory]: compared(
      ({ memory }) => memory,
      'resident memory of all its processes, shared pages as often as they are shared',
    ),
    [rows.own]: compared(({ own }) => own, 'without the program of Node, which its processes share'),
    [rows.after]: compared(({ after }) => after, 'resident memory, as at the banner'),
  };
}
