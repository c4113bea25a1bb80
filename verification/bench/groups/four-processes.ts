import { chunksOf } from '../../../lib/core/chunks-of.ts';
import type { Group } from '../group.ts';
import type { Arm, Turn } from '../harness/arm.ts';
import { countOf, startCountingProxy } from '../harness/counting-proxy.ts';
import { MEETING } from '../harness/event-folder.ts';
import { meeting } from '../harness/events.ts';
import { mongoFrames } from '../harness/mongo-frames.ts';
import { type Contender, takeTurns } from '../harness/take-turns.ts';
import type { Side, World } from '../harness/world.ts';
import { ratio } from '../statistics.ts';
import { consumerOf, type Load, sizesOf, stock } from './contenders.ts';

const PROCESSES = 4;
const FEW = 8;
const load: Load = { type: MEETING, size: 10, make: () => meeting(FEW) };
const rows = {
  settled: 'four consumer processes over 8 documents: settled a second / today',
  aborts: 'four consumer processes over 8 documents: aborted transactions an event / today',
};

export const fourProcessesGroup: Group = {
  name: 'four-processes',
  shows: 'environments of one type that meet at the same documents',
  rows: [
    { name: rows.settled, now: 1, goal: { atLeast: 1.3 }, unit: 'times' },
    { name: rows.aborts, now: 1, goal: { atMost: 1 }, unit: 'times' },
  ],
  async run(world) {
    const { noToday } = world;
    if (noToday !== undefined) return { [rows.settled]: { leftOut: noToday }, [rows.aborts]: { leftOut: noToday } };
    const { rounds, count } = sizesOf(world, 15);
    const present = await fourOf(world, 'present', count);
    const today = await fourOf(world, 'today', count);
    const [now = [], before = []] = await takeTurns([present, today], rounds, (round) =>
      world.progress(`four processes: ${round < 0 ? 'warming up' : `round ${round + 1} of ${rounds.rounds}`}`),
    );
    await Promise.all([present, today].map(({ arm }) => arm.end()));
    const note = 'by the clock, on a machine whose cores they share with the engine';
    return {
      [rows.settled]: ratio(now.map(perSecond), before.map(perSecond), note),
      [rows.aborts]: ratio(present.aborts().slice(-now.length), today.aborts().slice(-now.length)),
    };
  },
};

const perSecond = ({ events, ms }: Turn): number => events / (ms / 1000);

/** Four consumers as one arm: they work at the same time, and its turn ends with the last of them. */
async function fourOf(world: World, side: Side, count: number): Promise<Contender & { aborts(): number[] }> {
  const proxy = await startCountingProxy(world.mongoUri, mongoFrames);
  const over = { mongoUri: proxy.url };
  const first = await consumerOf(world, side, load, count, over);
  await stock(world, first.database, FEW);
  const arms = [first.arm];
  while (arms.length < PROCESSES)
    arms.push((await consumerOf(world, side, load, count, { ...over, database: first.database })).arm);
  const aborts: number[] = [];
  const arm: Arm = {
    ...first.arm,
    async prepare(work) {
      const batchesEach = Math.ceil(work.length / PROCESSES);
      await Promise.all(
        arms.map((one, index) => one.prepare(work.slice(index * batchesEach, (index + 1) * batchesEach))),
      );
    },
    async turn() {
      proxy.counts();
      const turns = await Promise.all(arms.map((one) => one.turn()));
      const sum = (of: (turn: Turn) => number) => turns.reduce((all, turn) => all + of(turn), 0);
      const events = sum((turn) => turn.events);
      aborts.push(countOf(proxy.counts(), 'abortTransaction') / events);
      return {
        events,
        cpu: sum(({ cpu }) => cpu),
        ms: Math.max(...turns.map(({ ms }) => ms)),
        rss: sum(({ rss }) => rss),
      };
    },
    async end() {
      await Promise.all(arms.map((one) => one.end()));
      await proxy.stop();
    },
  };
  const work = async () => {
    const events = Array.from({ length: PROCESSES * count * load.size }, load.make);
    return chunksOf(await world.messages(side, events), load.size);
  };
  return { arm, work, aborts: () => aborts };
}
