import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, type Kind, kinds } from './brownouts-requests.ts';

/** From one look to the next. */
const EVERY_MS = 25;

/** Asks for what needs no dependency, all the time: how long that takes is what the machine adds to every answer at that moment. */
export function startWitness(api: string) {
  const seen: { at: number; ms: number }[] = [];
  let going = true;
  const looking = (async () => {
    while (going) {
      const at = performance.now();
      await fetch(`${api}/event-types`).then((response) => response.arrayBuffer());
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

/** @returns by kind the 99th percentile in ms, nothing being wrong */
export async function measure(next: (kind: Kind) => Promise<Answer>, times: number): Promise<Map<Kind, number>> {
  const found = new Map<Kind, number[]>(kinds.map((kind) => [kind, []]));
  for (let round = -1; round < times; round++) {
    const asked = kinds.map(async (kind) => {
      const { status, ms } = await next(kind);
      if (!kind.well.includes(status)) throw new Error(`${kind.name} was answered ${status} without a fault`);
      // The first finds everything cold.
      if (round >= 0) found.get(kind)?.push(ms);
    });
    await Promise.all(asked);
  }
  return new Map(
    [...found].map(([kind, all]) => [kind, all.toSorted((a, b) => a - b)[Math.ceil(all.length * 0.99) - 1] ?? 0]),
  );
}
