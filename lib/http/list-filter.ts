import { shown } from '../core/problem.ts';
import { toMilliseconds } from '../core/rfc3339.ts';
import type { ListFilter } from '../ports/page.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { DEFAULT_LIMIT, MAX_LIMIT } from './query-parameters.ts';
import type { HttpRequest } from './request.ts';

/**
 * What every list takes but its cursor: `type`, `since`, `until` and `limit`.
 * @throws HttpProblem 400 `invalid-parameter`
 */
export function readListFilter(request: HttpRequest): Omit<ListFilter, 'cursor'> {
  const { query } = request;
  const type = parameter(query, 'type');
  const since = time(query, 'since');
  const until = time(query, 'until');
  return {
    ...readLimit(request),
    ...(type !== undefined && { type }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  };
}

/** What a list takes that has no filter, but its cursor: `limit`. @throws HttpProblem 400 `invalid-parameter` */
export const readLimit = ({ query }: HttpRequest): Pick<ListFilter, 'limit'> => ({
  limit: limit(parameter(query, 'limit')),
});

/** One parameter's only value. That it has no more, and none that is empty, is seen to before any handler. */
export const parameter = (query: URLSearchParams, name: string): string | undefined => query.get(name) ?? undefined;

/** A parameter that is one of some words. @throws HttpProblem 400 naming them */
export function oneOf<Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = parameter(query, name);
  return value === undefined ? undefined : wordOf(name, value, words);
}

/** A parameter that is some of these words, separated by commas; in their order, each once. @throws HttpProblem 400 naming them */
export function someOf<Word extends string>(
  query: URLSearchParams,
  name: string,
  words: readonly Word[],
): Word[] | undefined {
  const given = parameter(query, name)?.split(',');
  const read = given && new Set(given.map((value) => wordOf(name, value, words)));
  return read && words.filter((word) => read.has(word));
}

function wordOf<Word extends string>(name: string, value: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === value);
  if (word === undefined) throw invalidParameter(name, `is ${shown(value)}; it must be one of ${words.join(', ')}`);
  return word;
}

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
