import { setTimeout as pause } from 'node:timers/promises';
import type { Caller, CallHeaders } from '../../../local/stack/caller.ts';
import type { Random } from '../harness/random.ts';

/** When the result comes, as the one who waits sees it; `polled` does not wait but asks each 100 ms; `gone` does not stay. */
export const moments = [
  'before',
  'at once',
  'read at once',
  'later',
  'edge',
  'edge of 25 s',
  'gone',
  'polled',
] as const;
export type Moment = (typeof moments)[number];

export interface Plan {
  id: string;
  moment: Moment;
  /** Seconds. */
  wait: number;
  /** Milliseconds that the handler takes. */
  work: number;
  /** What else is left to chance: when a client goes, how long one rests. */
  chance: number;
}

export interface Waited extends Plan {
  /** Epoch ms: when the wait was asked for, and answered. */
  asked: number;
  answered: number;
  status: number;
  /** Of the event. */
  says: string;
}

const POLL_MS = 100;
const POLLS = 100;
/** How often each moment comes, on a Redis as near as it is, or one that is far. */
type Shares = readonly (readonly [Moment, number])[];
export const near: Shares = [
  ['before', 10],
  ['at once', 38],
  ['read at once', 15],
  ['later', 20],
  ['edge', 2],
  ['gone', 5],
  ['polled', 10],
];
/** Between the look and the subscription lies a journey. */
export const far: Shares = [
  ['at once', 60],
  ['read at once', 30],
  ['later', 5],
  ['gone', 5],
];
/** Those that another function runs, which is cold at first too. */
export const edges: Shares = [['edge', 1]];
/** As long as anybody may wait. */
export const longest: Shares = [['edge of 25 s', 1]];

/** Through a wheel of a hundred, so that a part of it has of everything. */
const STRIDE = 37;

/** @param name of the run, for its ids */
export function plansOf(name: string, count: number, shares: Shares, random: Random): Plan[] {
  const wheel = shares.flatMap(([moment, share]) => Array.from({ length: share }, () => moment));
  const plans = Array.from({ length: count }, (_, index): Plan => {
    const moment = wheel[(index * STRIDE) % wheel.length] ?? 'at once';
    const [wait, work] = times(moment, random);
    return { id: `${name}-${index}`, moment, wait, work, chance: random.next() };
  });
  return random.shuffled(plans);
}

function times(moment: Moment, random: Random): [wait: number, work: number] {
  if (moment === 'later' || moment === 'polled') return [2, 30 + random.below(200)];
  if (moment === 'edge') return [1, 400 + random.below(600)];
  if (moment === 'edge of 25 s') return [25, 23_800 + random.below(1500)];
  if (moment === 'gone') return [2, random.below(150)];
  return [2, random.below(30)];
}

const gone = Symbol('gone');

/** Carries one plan out. @returns undefined for a client that did not stay */
export async function carryOutOne(caller: Caller, plan: Plan): Promise<Waited | undefined> {
  const { id, moment, wait, work, chance } = plan;
  const type = moment.startsWith('edge') ? 'chaos.slow' : 'chaos.counted';
  const post = (headers: CallHeaders = {}, leaving?: AbortSignal) => {
    const signal = AbortSignal.any([AbortSignal.timeout(35_000), ...(leaving ? [leaving] : [])]);
    return caller.post('/events', { id, type, data: { work } }, { headers, signal });
  };
  const get = (headers: CallHeaders = {}) =>
    caller.fetch(`/events/${id}`, { headers, signal: AbortSignal.timeout(35_000) });
  const prefer = { prefer: `wait=${wait}` };
  const measured = async (ask: () => Promise<Response>): Promise<Waited> => {
    const asked = Date.now();
    const response = await ask();
    const body = (await response.json()) as { status?: unknown };
    return { ...plan, asked, answered: Date.now(), status: response.status, says: String(body.status) };
  };

  if (moment === 'gone') {
    const staying = post(prefer, AbortSignal.timeout(Math.ceil(chance * 250))).catch(() => gone);
    await staying;
    return undefined;
  }
  if (moment === 'before' || moment === 'read at once' || moment === 'polled') {
    const sent = await post();
    await sent.body?.cancel();
    if (sent.status !== 202) return { ...plan, asked: 0, answered: 0, status: sent.status, says: 'not accepted' };
  }
  if (moment === 'before') {
    await pause(150 + chance * 300);
    return measured(() => (chance < 0.5 ? get(prefer) : post(prefer)));
  }
  if (moment === 'read at once') return measured(() => get(prefer));
  if (moment !== 'polled') return measured(() => post(prefer));
  const asked = Date.now();
  for (let polls = 0; ; polls++) {
    const seen = await measured(() => get());
    if (seen.says === 'succeeded' || polls === POLLS) return { ...seen, asked };
    await pause(POLL_MS);
  }
}
