import type { Page } from '../ports/page.ts';
import { SluiceError } from '../sdk/errors.ts';
import type { HttpResponse } from './http-function.ts';
import { invalidParameter } from './invalid-parameter.ts';
import { type ListIdentity, openCursor, sealCursor } from './list-cursor.ts';
import { parameter } from './list-filter.ts';
import type { HttpRequest } from './request.ts';

/** A list, and who may see what of it. */
export interface Listing<Filter extends { limit: number }> extends Omit<ListIdentity, 'filter'> {
  filter: Filter;
}

/**
 * The page of a list that a request asks for and, where there is one, the way to the next: in the body and as a Link header
 * (RFC 8288), relative to the request.
 * @param read takes the filter with the position where the page before ended
 * @throws HttpProblem 400 when the cursor did not come from this list
 */
export async function pageAnswer<Filter extends { limit: number }, Item>(
  request: HttpRequest,
  { list, reach, filter }: Listing<Filter>,
  read: (filter: Filter & { cursor?: string }) => Promise<Page<Item>>,
  view: (item: Item) => unknown,
): Promise<HttpResponse> {
  const { limit: _, ...sought } = filter;
  const identity = { list, reach, filter: sought };
  const given = parameter(request.query, 'cursor');
  const position = given === undefined ? undefined : openCursor(given, identity);
  if (given !== undefined && position === undefined) throw strangeCursor();
  const page = await withCursor(() => read({ ...filter, ...(position !== undefined && { cursor: position }) }));
  const next = page.next === null ? null : sealCursor(page.next, identity);
  const query = new URLSearchParams(request.query);
  if (next !== null) query.set('cursor', next);
  return {
    status: 200,
    headers: next === null ? {} : { link: `<${request.path}?${query}>; rel="next"` },
    body: { items: page.items.map(view), next },
  };
}

async function withCursor<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SluiceError && error.code === 'invalid-cursor') throw strangeCursor(error);
    throw error;
  }
}

const strangeCursor = (cause?: unknown) =>
  invalidParameter('cursor', 'did not come from a page of this list with this filter', cause);
