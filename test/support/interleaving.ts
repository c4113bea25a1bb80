import { setImmediate } from 'node:timers/promises';

/** Runs tasks step by step: which of them goes on is chosen by a seed, so that an order that fails can be had again. */
export interface Interleaving {
  /** A step of a task: waits until it is chosen. */
  step<Value>(work: () => Promise<Value>): Promise<Value>;
  /** Ends when all tasks have. @throws what a task throws */
  run(tasks: readonly (() => Promise<void>)[]): Promise<void>;
  /** A whole number below `most`, from the same seed. */
  below(most: number): number;
}

export function interleaving(seed: number): Interleaving {
  const random = mulberry32(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const waiting: (() => Promise<void>)[] = [];
  return {
    below,
    step: (work) =>
      new Promise((resolve, reject) => {
        waiting.push(() => work().then(resolve, reject));
      }),
    run: async (tasks) => {
      let over = false;
      const all = Promise.all(tasks.map((task) => task())).finally(() => {
        over = true;
      });
      // Heard of below.
      all.catch(() => undefined);
      while (!over) {
        // Whoever can go on without a step does so first.
        await setImmediate();
        await waiting.splice(below(waiting.length), 1)[0]?.();
      }
      await all;
    },
  };
}

/** https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
