import type { Arm, Turn } from './arm.ts';
import type { Work } from './arm-order.ts';

/** An arm and what its turns work off. */
export interface Contender {
  arm: Arm;
  /** Makes the work of one turn; not before the turn before it has ended. */
  work(): Promise<Work>;
  /** Of an arm that is a server: sends it, and says how many events it was. */
  drive?(work: Work): Promise<number>;
}

/**
 * Lets arms take turns, A B C A B C, so that whatever else the machine does meets all of them alike. Who begins moves on from one
 * round to the next: who follows whom is no advantage.
 * @param rounds that count
 * @param warmUp how many come before: the first turns of a process are of code that is not compiled yet
 * @returns the turns of each, in the order in which they are given
 */
export async function takeTurns(
  contenders: readonly Contender[],
  { rounds, warmUp }: { rounds: number; warmUp: number },
  progress: (round: number) => void,
): Promise<Turn[][]> {
  const turns = contenders.map((): Turn[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    progress(round);
    for (let place = 0; place < contenders.length; place++) {
      const index = (place + round + warmUp) % contenders.length;
      const contender = contenders[index];
      if (!contender) continue;
      const turn = await oneTurn(contender);
      if (round >= 0) turns[index]?.push(turn);
    }
  }
  return turns;
}

async function oneTurn({ arm, work, drive }: Contender): Promise<Turn> {
  const made = await work();
  await arm.prepare(made);
  return arm.turn(drive && (() => drive(made)));
}

/** Microseconds of processor time an event, of each turn. @throws Error for a turn in which nothing was done */
export const perEvent = (turns: readonly Turn[]): number[] =>
  turns.map(({ cpu, events }) => {
    if (events === 0) throw new Error('a turn had no event');
    return cpu / events;
  });
