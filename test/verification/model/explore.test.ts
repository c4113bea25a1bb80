import { describe, expect, test } from 'vitest';
import { explore, NO_REST } from '../../../verification/model/checker/explore.ts';
import type { Model } from '../../../verification/model/checker/model.ts';
import { Offers } from '../../../verification/model/checker/offers.ts';

/** Two processes that each add one to a number: by reading it, and writing what they read and one. */
interface State {
  value: number;
  processes: { read: number; at: 'read' | 'write' | 'done' }[];
  held: boolean;
  faults: number;
}
type Broken = 'lock' | 'unlock' | null;

function counter(broken: Broken, faults = 0): Model<State, number> {
  return {
    initial: () => ({
      value: 0,
      processes: [0, 1].map(() => ({ read: 0, at: 'read' })),
      held: false,
      faults,
    }),
    normalize: () => undefined,
    actions: (state) => {
      const offers = new Offers<State, number>(state);
      state.processes.forEach(({ at }, index) => {
        const of = (next: State) => next.processes[index] ?? { read: 0, at: 'done' };
        if (at === 'read' && (!state.held || broken === 'lock'))
          offers.step(
            `${index} reads`,
            (next) => {
              Object.assign(of(next), { read: next.value, at: 'write' });
              next.held = true;
            },
            index,
          );
        // Waits for the lock: something that it does again and again.
        if (at === 'read' && state.held && broken !== 'lock') offers.step(`${index} waits`, () => undefined, index);
        if (at === 'write') {
          offers.step(
            `${index} writes`,
            (next) => {
              next.value = of(next).read + 1;
              Object.assign(of(next), { read: 0, at: 'done' });
              // Process 1 forgets to unlock.
              next.held = broken === 'unlock' && index === 1;
            },
            index,
          );
          offers.fault(`${index} writes nothing`, (next) => {
            Object.assign(of(next), { read: 0, at: 'done' });
            next.held = false;
          });
        }
      });
      return offers.actions;
    },
    always: [{ name: 'never more than two', holds: ({ value }) => value <= 2 }],
    steps: [
      {
        name: 'grows by one',
        holds: (before, after) => after.value === before.value || after.value === before.value + 1,
      },
    ],
    atRest: [{ name: 'two in the end', holds: ({ value, faults: left }) => value === 2 - (faults - left) }],
  };
}

describe('the checker', () => {
  test('passes a model that is right, and has seen every state of it', () => {
    const found = explore(counter(null));
    // Nobody has begun; either one has read; has written; the other has read; has written.
    expect(found).toEqual({ states: 8, steps: 8, depth: 5, atRest: 1, complete: true, broken: null });
  });

  test('finds what is broken at rest, by a shortest way', () => {
    const { broken } = explore(counter('lock'));
    expect(broken?.property).toBe('two in the end');
    expect(broken?.trace).toHaveLength(4);
  });

  test('finds a planted deadlock: who waits for ever never comes to rest', () => {
    const { broken } = explore(counter('unlock'));
    // Where 1 goes first all is lost; where 0 does it is not.
    expect(broken).toEqual({ property: NO_REST, trace: ['1 reads'] });
  });

  test('finds a state that must never be', () => {
    const right = counter(null);
    const { broken } = explore({ ...right, always: [{ name: 'never two', holds: ({ value }) => value < 2 }] });
    expect(broken?.property).toBe('never two');
    expect(broken?.trace).toHaveLength(4);
  });

  test('finds a step that must never be, and knows whose it was', () => {
    const right = counter(null);
    const ofOne = {
      name: 'process 1 never writes first',
      holds: (before: State, after: State, by: number | undefined) => by !== 1 || before.value > 0 || after.value === 0,
    };
    expect(explore({ ...right, steps: [ofOne] }).broken).toEqual({
      property: 'process 1 never writes first',
      trace: ['1 reads', '1 writes'],
    });
  });

  test('looks at a first state that is broken already', () => {
    const right = counter(null);
    const { broken } = explore({ ...right, always: [{ name: 'never', holds: () => false }] });
    expect(broken).toEqual({ property: 'never', trace: [] });
  });

  test('spends the budget of faults and no more', () => {
    expect(explore(counter(null, 1)).broken).toBeNull();
    const { broken } = explore({
      ...counter(null, 2),
      always: [{ name: 'faults are left', holds: ({ faults }) => faults > 0 }],
    });
    expect(broken?.trace.filter((name) => name.startsWith('FAULT'))).toHaveLength(2);
  });

  test('says when it has not seen everything', () => {
    expect(explore(counter(null), 3)).toMatchObject({ complete: false, broken: null });
  });

  test('takes states for one that differ in what has no order, once they are sorted', () => {
    const right = counter(null);
    const { states } = explore({
      ...right,
      normalize: ({ processes }) => {
        processes.sort((one, other) => one.at.localeCompare(other.at));
      },
    });
    expect(states).toBe(5);
  });
});
