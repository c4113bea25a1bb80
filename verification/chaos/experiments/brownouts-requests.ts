import type { Caller, CallHeaders } from '../../../local/stack/caller.ts';
import type { Fault, Named } from './brownouts-faults.ts';

/** Of each call, in ms. */
export type Budgets = Readonly<Record<Named, number>>;
/** Publishing with its repetition ends so long after the request came. */
const PUBLISH_MS = 4000;
export const WAIT_SECONDS = 1;

/** What was asked and what came. */
export interface Answer {
  /** 0 where none came. */
  status: number;
  ms: number;
  body: Record<string, unknown>;
}

/** One kind of request, and what a fault of one dependency may make of it. */
export interface Kind {
  name: string;
  ask(caller: Caller, index: number): Promise<Response>;
  /** Milliseconds after which it is answered at the latest, the dependency being at fault: what docs/http.md says of its route. */
  bound(dependency: Named, fault: Fault, budget: Budgets): number;
  /** What it may be answered with then. */
  right(dependency: Named, fault: Fault): readonly number[];
  /** With what when nothing is wrong. */
  well: readonly number[];
}

const waiting = { prefer: `wait=${WAIT_SECONDS}` };
/** A request that hangs is not waited for any longer. */
const PATIENCE_MS = 7000;

export const post = (caller: Caller, body: unknown, headers: CallHeaders = {}) =>
  caller.post('/events', body, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
const get = (caller: Caller, path: string, headers: CallHeaders = {}) =>
  caller.fetch(path, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });

export const counted = (id: string) => ({ id, type: 'chaos.counted', data: {} });
export const idOf = (kind: string, index: number, place = 0): string =>
  `${kind.replaceAll(' ', '-')}-${index}-${place}`;
export const ARRAY = 20;

const isAway = (fault: Fault): boolean => fault === 'closed port' || fault === 'black hole';

/** Claims before, and confirms after; between them SQS has its time. */
const postBound = (dependency: Named, fault: Fault, budget: Budgets): number => {
  if (dependency === 'redis') return 2 * budget.redis;
  if (dependency === 'mongodb') return 0;
  return fault === 'cut in answers' ? PUBLISH_MS : budget.sqs;
};
const posted = (dependency: Named, fault: Fault): readonly number[] => {
  if (dependency !== 'sqs' || fault === '2 s delay') return [202];
  return fault === 'cut in answers' ? [202, 503] : [503];
};
const readBound = (dependency: Named, _: Fault, budget: Budgets): number =>
  dependency === 'mongodb' ? budget.mongodb : 0;
const readOf =
  (...needed: readonly Named[]) =>
  (dependency: Named, fault: Fault): readonly number[] => {
    if (!needed.includes(dependency)) return [200];
    // A slow answer may come just in time, and a cut one after all.
    return isAway(fault) ? [503] : [200, 503];
  };

/** Known before any fault: one that has settled, and one that no consumer will ever run. */
export const settledId = 'brownouts-settled';
export const pendingId = 'brownouts-pending';

export const kinds: readonly Kind[] = [
  {
    name: 'POST one',
    ask: (caller, index) => post(caller, counted(idOf('POST one', index))),
    bound: postBound,
    right: posted,
    well: [202],
  },
  {
    name: 'POST known',
    ask: (caller) => post(caller, counted(settledId)),
    bound: (dependency, _, budget) => (dependency === 'redis' ? 2 * budget.redis : 0),
    right: () => [202],
    well: [202],
  },
  {
    name: 'POST array',
    ask: (caller, index) =>
      post(
        caller,
        Array.from({ length: ARRAY }, (_, place) => counted(idOf('POST array', index, place))),
      ),
    bound: postBound,
    right: (dependency, fault) =>
      dependency === 'sqs' && fault === 'cut in answers' ? [202, 207, 503] : posted(dependency, fault),
    well: [202],
  },
  {
    name: 'POST and wait',
    ask: (caller, index) => post(caller, counted(idOf('POST and wait', index)), waiting),
    bound: (dependency, fault, budget) => {
      const sent = postBound(dependency, fault, budget);
      // To wait it takes a place and looks once more; a Redis that is away keeps nobody waiting.
      if (dependency === 'redis' && isAway(fault)) return sent + budget.redis;
      return sent + WAIT_SECONDS * 1000 + (dependency === 'redis' ? 2 * budget.redis : 0);
    },
    right: (dependency, fault) => [...posted(dependency, fault), 200],
    well: [200, 202],
  },
  {
    name: 'GET settled',
    ask: (caller) => get(caller, `/events/${settledId}`),
    bound: readBound,
    right: () => [200],
    well: [200],
  },
  {
    name: 'GET accepted',
    ask: (caller) => get(caller, `/events/${pendingId}`),
    bound: (dependency, fault, budget) =>
      dependency === 'redis' ? budget.redis : readBound(dependency, fault, budget),
    right: readOf('mongodb', 'redis'),
    well: [200],
  },
  {
    name: 'GET and wait',
    ask: (caller) => get(caller, `/events/${pendingId}`, waiting),
    bound: (dependency, fault, budget) => {
      if (dependency === 'sqs') return WAIT_SECONDS * 1000;
      // A first look that is cut or late may still succeed, and then it waits and looks again.
      if (isAway(fault)) return budget[dependency];
      return 2 * budget[dependency] + WAIT_SECONDS * 1000 + (dependency === 'redis' ? 2 * budget.redis : 0);
    },
    right: readOf('mongodb', 'redis'),
    well: [200],
  },
  {
    name: 'GET list',
    ask: (caller) => get(caller, '/events?limit=5'),
    bound: readBound,
    right: readOf('mongodb'),
    well: [200],
  },
  {
    name: 'GET failures',
    ask: (caller) => get(caller, '/failures?limit=5'),
    bound: readBound,
    right: readOf('mongodb'),
    well: [200],
  },
  {
    name: 'GET health',
    ask: (caller) => get(caller, '/health'),
    bound: (dependency, _, budget) => budget[dependency],
    right: (dependency, fault) =>
      dependency === 'sqs' && fault === '2 s delay' ? [200] : readOf('mongodb', 'redis', 'sqs')(dependency, fault),
    well: [200],
  },
];

/** @returns status 0 when no answer came in any sensible time */
export async function ask(kind: Kind, caller: Caller, index: number): Promise<Answer> {
  const begun = performance.now();
  try {
    const response = await kind.ask(caller, index);
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, ms: performance.now() - begun, body };
  } catch (error) {
    return { status: 0, ms: performance.now() - begun, body: { error: String(error) } };
  }
}
