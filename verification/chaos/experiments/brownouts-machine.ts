import { setTimeout as wait } from 'node:timers/promises';
import type { Caller } from '../../../local/stack/caller.ts';
import { type Answer, type Kind, kinds } from './brownouts-requests.ts';

/** From one look to the next. */
const EVERY_MS = 25;

/** Asks for what needs no dependency, all the time: how long that takes is what the machine adds to every answer at that moment. */
export async function startWitness(caller: Caller) {
  const seen: { at: number; ms: number }[] = [];
  const look = () =>
    caller.fetch('/event-types').then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
  // The first finds its function cold.
  await look();
  let going = true;
  const looking = (async () => {
    while (going) {
      const at = performance.now();
      await look();
      seen.push({ at, ms: performance.now() - at });
      await wait(EVERY_MS);
    }
  })();
  return {
    /** In ms, of those that were on their way then or later. */
    slowestSince: (begun: number) => Math.max(0, ...seen.filter(({ at, ms }) => at + ms >= begun).map(({ ms }) => ms)),
    /** @returns the slowest of all in ms */
    async stop() {
      going = false;
      await looking;
      return Math.max(0, ...seen.map(({ ms }) => ms));
    },
  };
}

/** Rounds after which everything should have been well at once. */
const COLD = 20;

/**
 * Asks for each kind so many times, nothing being wrong, once functions and connections are warm.
 * @returns by kind the 99th percentile in ms
 * @throws Error when they do not come to be well
 */
export async function measure(next: (kind: Kind) => Promise<Answer>, times: number): Promise<Map<Kind, number>> {
  const found = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));
  const round = async (measured: boolean): Promise<boolean> => {
    const asked = kinds.map(async (kind) => {
      const { status, ms } = await next(kind);
      if (measured) found.get(kind)?.push(ms);
      return kind.well.includes(status);
    });
    return (await Promise.all(asked)).every(Boolean);
  };
  for (let tries = 0; !(await round(false)); tries++)
    if (tries === COLD) throw new Error('some requests are not answered well though nothing is wrong');
  for (let time = 0; time < times; time++) await round(true);
  return new Map(
    [...found].map(([kind, all]) => [kind, all.toSorted((a, b) => a - b)[Math.ceil(all.length * 0.99) - 1] ?? 0]),
  );
}
