import { setTimeout as wait } from 'node:timers/promises';
import type { EventRecord } from '../../../lib/ports/records.ts';
import { randomFrom } from '../harness/random.ts';
import { type ChaosEvent, type Ledger, sendArray } from '../harness/send.ts';
import type { ChaosStack } from '../harness/stack.ts';

const A_REQUEST = 5;
/** What a handler does: one that does nothing would be measured by the pauses of the machine. */
const WORK_MS = 50;
const CLIENTS = 6;
/** What the ids of poisoned events begin with. */
export const POISON = 'poison-';
const SETTLED_MS = 120_000;

export type Poison = 'throw' | 'kill';

/** One stretch of load, and what is poison of it. */
export interface Load {
  name: string;
  /** Events a second. */
  rate: number;
  /** Events that are not poison: a p99 of fewer events than another's is another figure. */
  healthy: number;
  /** What the moments of its requests come from: loads of one seed come in the same bursts, each at its own rate. */
  seed: number;
  poison?: {
    does: Poison;
    /** Of all events. */
    share: number;
  };
}

/** What became of the healthy events of one load. */
export interface Measured {
  /** When each was due, in epoch ms, by id. */
  due: ReadonlyMap<string, number>;
  poison: number;
  /** From when a request was due to when its event was settled, in milliseconds. */
  p99: number;
  median: number;
  /** The last request went out so many milliseconds after it was due, at most. */
  lateBy: number;
}

const healthyEvent = (id: string): ChaosEvent => ({ id, type: 'chaos.counted', data: { work: WORK_MS } });

/** Clients that wait for their answers, as many as the path can take. @returns events settled a second */
export async function saturation(stack: ChaosStack, name: string, seconds: number, ledger: Ledger): Promise<number> {
  const begun = Date.now();
  const ids = new Set<string>();
  const client = async () => {
    while (Date.now() - begun < seconds * 1000) {
      const request = Array.from({ length: A_REQUEST }, () => {
        const event = healthyEvent(`${name}-${ids.size + 1}`);
        ids.add(event.id);
        return event;
      });
      await sendArray(stack.caller, request, ledger);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const settled = await settledOf(stack, ids);
  return (ids.size * 1000) / (Math.max(...settled.values()) - begun);
}

/**
 * Requests at moments that chance decides (a Poisson process), whatever the answers do: who waited for an answer would not send when it is
 * slow, and requests at even distances would never meet each other, but poison's further attempts would meet them.
 */
export async function measure(stack: ChaosStack, load: Load, ledger: Ledger): Promise<Measured> {
  const { name, rate, healthy, seed, poison } = load;
  const count = Math.round(healthy / (1 - (poison?.share ?? 0)));
  const random = randomFrom(seed);
  const gaps = Array.from({ length: Math.ceil(count / A_REQUEST) }, () =>
    random.exponential((A_REQUEST * 1000) / rate),
  );
  const poisoned = new Set(random.shuffled(Array.from({ length: count }, (_, index) => index)).slice(healthy));
  const due = new Map<string, number>();
  const asked: Promise<void>[] = [];
  let at = Date.now();
  let lateBy = 0;
  for (const [request, gap] of gaps.entries()) {
    const first = request * A_REQUEST;
    at += gap;
    await wait(Math.max(0, at - Date.now()));
    lateBy = Math.max(lateBy, Date.now() - at);
    const events = Array.from({ length: Math.min(A_REQUEST, count - first) }, (_, place): ChaosEvent => {
      const event = healthyEvent(`${name}-${first + place}`);
      if (poison && poisoned.has(first + place))
        return { ...event, id: POISON + event.id, data: { does: poison.does } };
      due.set(event.id, at);
      return event;
    });
    asked.push(sendArray(stack.caller, events, ledger));
  }
  await Promise.all(asked);
  const settled = await settledOf(stack, new Set(due.keys()));
  const latencies = [...due]
    .map(([id, at]) => (settled.get(id) ?? Number.POSITIVE_INFINITY) - at)
    .toSorted((a, b) => a - b);
  return { due, poison: poisoned.size, p99: quantile(latencies, 0.99), median: quantile(latencies, 0.5), lateBy };
}

const quantile = (sorted: readonly number[], at: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * at) - 1)] ?? Number.NaN;

export const medianOf = (values: readonly number[]): number =>
  quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );

/** When each was settled, in epoch ms. @throws Error when one of them is not, in the end */
async function settledOf({ db }: ChaosStack, ids: ReadonlySet<string>): Promise<Map<string, number>> {
  const end = performance.now() + SETTLED_MS;
  for (;;) {
    const settled = new Map<string, number>();
    const found = db
      .collection<EventRecord>('events')
      .find({ id: { $in: [...ids] }, state: 'succeeded' }, { projection: { id: 1, settledAt: 1 } });
    for await (const { id, settledAt } of found) settled.set(id, settledAt?.getTime() ?? 0);
    if (settled.size === ids.size) return settled;
    if (performance.now() > end)
      throw new Error(
        `${ids.size - settled.size} of ${ids.size} healthy events are not settled after ${SETTLED_MS} ms`,
      );
    await wait(300);
  }
}
