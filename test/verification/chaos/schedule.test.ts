import { describe, expect, test } from 'vitest';
import { armsOf, type Job, type Place, runJobs } from '../../../verification/chaos/schedule.ts';

/** Jobs that write down when they begin and end; each lasts so many turns. */
function recorded(...jobs: readonly [place: Place, turns: number][]) {
  const running = new Set<number>();
  const seen: { place: Place; beside: Place[] }[] = [];
  const made = jobs.map(
    ([place, turns], index): Job => ({
      place,
      async run() {
        running.add(index);
        for (let turn = 0; turn < turns; turn++) {
          await Promise.resolve();
          const beside = [...running].filter((other) => other !== index).flatMap((other) => jobs[other]?.[0] ?? []);
          seen.push({ place, beside });
        }
        running.delete(index);
      },
    }),
  );
  return { made, seen, running };
}

describe('jobs', () => {
  test('of a whole path have at most one behind them and none of their own kind, and those alone have nothing', async () => {
    const { made, seen, running } = recorded(
      ...(['alone', 'ahead', 'behind', 'behind', 'ahead', 'alone', 'behind'] as const).map(
        (place, index) => [place, 3 + index] as [Place, number],
      ),
    );
    await runJobs(made, 2);
    expect(running.size).toBe(0);
    const beside = (place: Place) => new Set(seen.filter((one) => one.place === place).map((one) => `${one.beside}`));
    expect(beside('alone')).toEqual(new Set(['']));
    expect([...beside('ahead')].filter((others) => !['', 'behind'].includes(others))).toEqual([]);
    expect(beside('ahead').has('behind')).toBe(true);
  });

  test('behind are two at a time once nobody is ahead', async () => {
    const { made, seen } = recorded(['ahead', 1], ['behind', 5], ['behind', 20], ['behind', 20]);
    await runJobs(made, 2);
    expect(seen.some(({ place, beside }) => place === 'behind' && beside.includes('behind'))).toBe(true);
  });

  test('are one at a time on one core', async () => {
    const { made, seen } = recorded(['behind', 3], ['ahead', 3], ['alone', 3]);
    await runJobs(made, 1);
    expect(seen.map(({ place }) => place)).toEqual(['ahead', 'behind', 'alone'].flatMap((one) => [one, one, one]));
    expect(seen.flatMap(({ beside }) => beside)).toEqual([]);
  });
});

test('arms of a whole path are ahead, or alone where the experiment says so; others and every control are behind', () => {
  const placesOf = (...of: Parameters<typeof armsOf>) => armsOf(...of).map(({ arm, place }) => `${arm} ${place}`);
  expect(placesOf({ layer: 'whole path' })).toEqual(['sluice ahead', 'control behind']);
  expect(placesOf({ layer: 'whole path', alone: true })).toEqual(['sluice alone', 'control behind']);
  expect(placesOf({ layer: 'functions' })).toEqual(['sluice behind', 'control behind']);
});
