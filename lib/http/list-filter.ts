import { HttpProblem, shown } from '../core/problem.ts';
import { toMilliseconds } from '../core/rfc3339.ts';
import type { ListFilter, Page } from '../ports/page.ts';
import { SluiceError } from '../sdk/errors.ts';
import type { HttpResponse } from './http-function.ts';
import type { HttpRequest } from './request.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/**
 * What every list takes: `type`, `since`, `until`, `limit` and `cursor`. Parameters that no list knows are passed over.
 * @throws HttpProblem 400 `invalid-parameter`
 */
export function readListFilter(request: HttpRequest): ListFilter {
  const { query } = request;
  const type = parameter(query, 'type');
  const since = time(query, 'since');
  const until = time(query, 'until');
  return {
    ...readPage(request),
    ...(type !== undefined && { type }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** What a list takes that has no filter: `limit` and `cursor`. @throws HttpProblem 400 `invalid-parameter` */
export function readPage({ query }: HttpRequest): Pick<ListFilter, 'limit' | 'cursor'> {
  const cursor = parameter(query, 'cursor');
  return { limit: limit(parameter(query, 'limit')), ...(cursor !== undefined && { cursor }) };
}

/**
 * One parameter's only value.
 * @throws HttpProblem 400 when it is empty or given more than once
 */
export function parameter(query: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = query.getAll(name);
  if (more.length > 0) throw invalidParameter(name, 'is given more than once');
  if (value === '') throw invalidParameter(name, 'is empty');
  return value;
}

/** A parameter that is one of some words. @throws HttpProblem 400 naming them */
export function oneOf<Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = parameter(query, name);
  if (value === undefined) return undefined;
  const word = words.find((one) => one === value);
  if (word === undefined) throw invalidParameter(name, `is ${shown(value)}; it must be one of ${words.join(', ')}`);
  return word;
}

export const invalidParameter = (name: string, fault: string, cause?: unknown): HttpProblem =>
  new HttpProblem('invalid-parameter', `${name} ${fault}`, { members: { parameter: name }, cause });

function limit(value: string | undefined): number {
  if (value === undefined) return DEFAULT_LIMIT;
  const number = /^[0-9]{1,3}$/.test(value) ? Number(value) : 0;
  if (number < 1 || number > MAX_LIMIT)
    throw invalidParameter('limit', `must be a whole number from 1 to ${MAX_LIMIT}`);
  return number;
}

/** `recordedtime` has milliseconds: what is below them is rounded up, which keeps `since` inclusive and `until` exclusive. */
function time(query: URLSearchParams, name: 'since' | 'until'): string | undefined {
  const value = parameter(query, name);
  if (value === undefined) return undefined;
  const milliseconds = toMilliseconds(value);
  if (milliseconds === undefined) throw invalidParameter(name, 'must be a timestamp of RFC 3339');
  return milliseconds;
}

/**
 * A page and, where there is one, the way to the next: in the body and as a Link header (RFC 8288), relative to the request.
 * @throws HttpProblem 400 when the cursor did not come from such a list
 */
export async function pageAnswer<Item>(
  request: HttpRequest,
  read: () => Promise<Page<Item>>,
  view: (item: Item) => unknown,
): Promise<HttpResponse> {
  const { items, next } = await withCursor(read);
  const query = new URLSearchParams(request.query);
  if (next !== null) query.set('cursor', next);
  return {
    status: 200,
    headers: next === null ? {} : { link: `<${request.path}?${query}>; rel="next"` },
    body: { items: items.map(view), next },
  };
}

async function withCursor<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'invalid-cursor') {
      throw invalidParameter('cursor', 'did not come from a page of this list', error);
    }
    throw error;
  }
}
