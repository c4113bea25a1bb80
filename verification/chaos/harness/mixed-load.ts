import type { Caller } from '../../../local/stack/caller.ts';
import ordered from '../types/chaos.ordered.ts';
import { startLanes } from './lanes.ts';
import type { Answer } from './latency.ts';
import { type ProjectedEvent, projectedEvent } from './projected.ts';
import type { Random } from './random.ts';
import { type ChaosEvent, newLedger } from './send.ts';

/** One request: so many of its lane's key, in their order, and so many without an order. */
const A_REQUEST = { ordered: 3, projected: 2 };
const LANE_MS = 3000;
/** Of those without an order, how many need Redis before they are settled. */
const READS = 0.3;

/** Events with and without an order, from clients side by side. */
export function startMixedLoad(caller: Caller, aSecond: number, random: Random) {
  const lanes = Math.round((aSecond * LANE_MS) / 1000 / (A_REQUEST.ordered + A_REQUEST.projected));
  const ledger = newLedger();
  const projected = new Map<string, ProjectedEvent>();
  const sequences = new Map<string, number>();
  const answers: Answer[] = [];

  const next = (lane: number): ChaosEvent[] => {
    const key = `lane-${lane}`;
    const first = sequences.get(key) ?? 0;
    sequences.set(key, first + A_REQUEST.ordered);
    const inOrder = Array.from({ length: A_REQUEST.ordered }, (_, index): ChaosEvent => {
      const seq = first + index;
      return { id: idOf(key, seq), type: ordered.type, data: { key, seq } };
    });
    const others = Array.from({ length: A_REQUEST.projected }, () => {
      const event = projectedEvent(`free-${projected.size}`, random, 5);
      if (random.chance(READS)) event.data.reads = true;
      projected.set(event.id, event);
      return event;
    });
    return [...inOrder, ...others];
  };
  const go = () =>
    startLanes({ caller, lanes, every: LANE_MS, next, ledger, answered: (at, ms) => void answers.push({ at, ms }) });
  let end: (() => Promise<void>) | undefined = go();

  return {
    ledger,
    /** Those without an order, by id. */
    projected,
    /** When requests were begun, in epoch ms, and how long they took. */
    answers,
    /** How many numbers each key was sent with. */
    sequences,
    /** Of each key what was accepted, in that order. */
    accepted: () =>
      new Map(
        [...sequences].map(([key, count]) => [
          key,
          Array.from({ length: count }, (_, seq) => seq).filter((seq) => ledger.acknowledged.has(idOf(key, seq))),
        ]),
      ),
    /** Resolves when everything is answered. */
    async pause() {
      await end?.();
      end = undefined;
    },
    resume() {
      end ??= go();
    },
  };
}

const idOf = (key: string, seq: number): string => `ordered-${key}-${seq}`;

export type MixedLoad = ReturnType<typeof startMixedLoad>;
