import { setTimeout as wait } from 'node:timers/promises';
import type { Caller } from '../../../local/stack/caller.ts';
import { type ChaosEvent, type Ledger, sendArray } from './send.ts';

const A_REQUEST = 10;
const UNDER_WAY = 8;

export interface Flow {
  /** Resolves when so many have been sent. @throws what ended the flow */
  reached(count: number): Promise<void>;
  /** Sends no more, but at least `count` in all. Resolves when everything is answered. */
  end(count: number): Promise<void>;
}

/** Events at a steady rate, as far as the answers let it, until it is ended. @param next the event of a number, from 0 on */
export function startFlow(caller: Caller, aSecond: number, ledger: Ledger, next: (index: number) => ChaosEvent): Flow {
  const begun = performance.now();
  const underWay = new Set<Promise<void>>();
  let sent = 0;
  let wanted = Number.POSITIVE_INFINITY;
  const goals = new Map<() => void, number>();
  const flowing = (async () => {
    while (sent < wanted) {
      const request = Array.from({ length: A_REQUEST }, (_, index) => next(sent + index));
      sent += request.length;
      const asked: Promise<void> = sendArray(caller, request, ledger).finally(() => underWay.delete(asked));
      underWay.add(asked);
      for (const [resolve, count] of goals) if (sent >= count) resolve();
      if (underWay.size >= UNDER_WAY) await Promise.race(underWay);
      await wait(Math.max(0, begun + (sent / aSecond) * 1000 - performance.now()));
    }
    await Promise.all(underWay);
  })();
  flowing.catch(() => {});
  return {
    async reached(count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      goals.set(resolve, count);
      await Promise.race([promise, flowing]);
    },
    async end(count) {
      wanted = count;
      await flowing;
    },
  };
}
