import { expect, test } from 'vitest';
import type { Arm } from '../../../verification/bench/harness/arm.ts';
import { perEvent, takeTurns } from '../../../verification/bench/harness/take-turns.ts';

/** An arm that writes down what it does, and costs more with each turn. */
function fakeArm(name: string, said: string[]): Arm {
  let turns = 0;
  return {
    name: 'raw',
    url: undefined,
    openedCpuMs: 0,
    async prepare(work) {
      said.push(`${name} prepares ${work.flat().join()}`);
    },
    async turn(drive) {
      const events = drive ? await drive() : 2;
      said.push(`${name}`);
      return { events, cpu: ++turns * 10, ms: 1, rss: 1 };
    },
    printedBytes: () => 0,
    async end() {},
  };
}

test('arms take turns, each begins in its turn, and the first rounds do not count', async () => {
  const said: string[] = [];
  const contender = (name: string) => ({ arm: fakeArm(name, said), work: async () => [[name]] });
  const rounds: number[] = [];
  const turns = await takeTurns(
    [contender('a'), contender('b')],
    { rounds: 2, warmUp: 1 },
    (round) => void rounds.push(round),
  );
  expect(said.filter((line) => line.length === 1).join('')).toBe('abbaab');
  expect(said[0]).toBe('a prepares a');
  expect(rounds).toEqual([-1, 0, 1]);
  expect(turns.map((own) => own.map(({ cpu }) => cpu))).toEqual([
    [20, 30],
    [20, 30],
  ]);
});

test('a server is driven with its work, and its events are those that were sent', async () => {
  const arm = fakeArm('server', []);
  const drive = async (work: readonly (readonly string[])[]) => work.flat().length;
  const [turns = []] = await takeTurns(
    [{ arm, work: async () => [['x', 'y'], ['z']], drive }],
    { rounds: 1, warmUp: 0 },
    () => {},
  );
  expect(turns).toMatchObject([{ events: 3, cpu: 10 }]);
});

test('what an event costs is told of turns that had any', () => {
  const turn = { events: 4, cpu: 100, ms: 1, rss: 1 };
  expect(perEvent([turn, { ...turn, cpu: 200 }])).toEqual([25, 50]);
  expect(() => perEvent([{ ...turn, events: 0 }])).toThrow('had no event');
});
