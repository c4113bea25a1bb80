import { type Client, createClient } from '../../client/client.ts';
import type { AnyDefinition } from '../../client/types.ts';
import type { Addresses } from './launch.ts';

/** Header names to values. */
export type CallHeaders = Readonly<Record<string, string>>;
export interface Call extends Omit<RequestInit, 'headers'> {
  headers?: CallHeaders;
}

/** Calls a running stack. What every request to it has in common is said in this file and nowhere else. */
export interface Caller {
  /** @param path with its query: `/events?limit=5` */
  url(path: string): string;
  /** What every request carries, and `more` over it. */
  headers(more?: CallHeaders): Record<string, string>;
  /** As `fetch`. @throws as `fetch` when no answer came */
  fetch(path: string, call?: Call): Promise<Response>;
  /** POST of a value as JSON; of no body where it is undefined. @throws as `fetch` when no answer came */
  post(path: string, value?: unknown, call?: Omit<Call, 'method' | 'body'>): Promise<Response>;
  /** The client that is shipped. @typeParam Definition the event types that it may send */
  client<Definition extends AnyDefinition = AnyDefinition>(): Client<Definition>;
}

/** @param stack one that was launched, or where another process says that one listens */
export function callerOf({ api, key }: Pick<Addresses, 'api' | 'key'>): Caller {
  const url = (path: string) => `${api}${path}`;
  const own = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const headers = (more: CallHeaders = {}) => ({ ...own, ...more });
  const call = (path: string, init: Call = {}) => fetch(url(path), { ...init, headers: headers(init.headers) });
  return {
    url,
    headers,
    fetch: call,
    post: (path, value, init) =>
      call(path, { ...init, ...(value === undefined ? { method: 'POST' } : asJson(value, init?.headers)) }),
    client: () => createClient({ baseUrl: api, ...(key !== undefined && { token: key }) }),
  };
}

const asJson = (value: unknown, headers?: CallHeaders): Call => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});
