import { networkProblem, SluiceNetworkError } from './errors.ts';
import { type Answer, errorIn, type Http } from './http.ts';
import { type Pace, type RetryPolicy, retryAfterMs, startRetrying } from './retry.ts';
import type { ItemResult, Problem } from './types.ts';
import type { Outgoing } from './wire.ts';

/**
 * Sends one request's events until each is accepted, refused for good, or patience is over. Only what may be tried again is sent again.
 * @returns one result per event, in their order, with the index inside this request
 */
export async function sendChunk(
  http: Http,
  events: readonly Outgoing[],
  policy: RetryPolicy,
  pace: Pace,
  signal?: AbortSignal,
): Promise<ItemResult[]> {
  const results = new Array<ItemResult | undefined>(events.length);
  const mayTryAgain = startRetrying(policy, pace, signal);
  let open = events.map((event, index) => ({ event, index }));
  for (;;) {
    const { items, retryAfter } = await attempt(
      http,
      open.map(({ event }) => event),
      pace,
      signal,
    );
    for (const [position, { event, index }] of open.entries()) {
      const item = items[position] ?? { id: event.id, problem: unanswered };
      results[index] = { ...item, index };
    }
    open = open.filter(({ index }) => isRetryable(results[index]));
    if (open.length === 0 || !(await mayTryAgain(retryAfter))) break;
  }
  return results.filter((result) => result !== undefined);
}

const isRetryable = (result: ItemResult | undefined): boolean =>
  result !== undefined && 'problem' in result && result.problem.retryable;

/** An answer that leaves out an event says nothing about it. */
const unanswered: Problem = { title: 'No result for this event', status: 0, code: 'network', retryable: true };

type WithoutIndex<Result> = Result extends unknown ? Omit<Result, 'index'> : never;

async function attempt(
  http: Http,
  events: readonly Outgoing[],
  pace: Pace,
  signal: AbortSignal | undefined,
): Promise<{ items: WithoutIndex<ItemResult>[]; retryAfter?: number | undefined }> {
  const all = (problem: Problem) => events.map(({ id }) => ({ id, problem }));
  let answer: Answer;
  try {
    answer = await http({
      method: 'POST',
      path: '/events',
      body: `[${events.map(({ text }) => text).join(',')}]`,
      signal,
    });
  } catch (error) {
    if (!(error instanceof SluiceNetworkError)) throw error;
    return { items: all(networkProblem(error)) };
  }
  const retryAfter = retryAfterMs(answer.headers.get('retry-after'), pace.now());
  if (hasResults(answer.body)) {
    const byIndex = new Map(answer.body.results.map((result) => [result.index, result]));
    return {
      items: events.map(({ id }, index) => ({ ...(byIndex.get(index) ?? { problem: unanswered }), id })),
      retryAfter,
    };
  }
  return { items: all(errorIn(answer, pace)?.problem ?? unanswered), retryAfter };
}

const hasResults = (body: unknown): body is { results: ItemResult[] } =>
  typeof body === 'object' && body !== null && 'results' in body && Array.isArray(body.results);
