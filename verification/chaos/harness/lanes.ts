import { setTimeout as wait } from 'node:timers/promises';
import type { Caller } from '../../../local/stack/caller.ts';
import { type ChaosEvent, type Ledger, sendArray } from './send.ts';

export interface LanesOptions {
  caller: Caller;
  /** Clients that each wait for their answer before they send again: what one of them sends is accepted in that order. */
  lanes: number;
  /** Milliseconds from one request of a lane to its next, as far as the answers let it. */
  every: number;
  /** One request. */
  next(lane: number): readonly ChaosEvent[];
  ledger: Ledger;
  /** Hears how many milliseconds a request took that was begun at `at`, in epoch ms. */
  answered(at: number, ms: number): void;
}

/** Clients that send side by side. @returns ends them, and resolves when everything is answered */
export function startLanes({ caller, lanes, every, next, ledger, answered }: LanesOptions): () => Promise<void> {
  const stopping = new AbortController();
  const pause = (ms: number) => wait(Math.max(0, ms), undefined, { signal: stopping.signal }).catch(() => undefined);
  const running = Array.from({ length: lanes }, async (_, lane) => {
    await pause((lane / lanes) * every);
    for (
      let due = performance.now();
      !stopping.signal.aborted;
      due = Math.max(due + every, performance.now() - every)
    ) {
      await pause(due - performance.now());
      if (stopping.signal.aborted) return;
      const [at, begun] = [Date.now(), performance.now()];
      await sendArray(caller, next(lane), ledger);
      answered(at, performance.now() - begun);
    }
  });
  return async () => {
    stopping.abort();
    await Promise.all(running);
  };
}
