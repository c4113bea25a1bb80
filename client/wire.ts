import type { EventInput } from './types.ts';
import { uuidV7 } from './uuid-v7.ts';

/** An event ready to be sent any number of times: the id is made before the first try, the text never changes. */
export interface Outgoing {
  id: string;
  text: string;
  bytes: number;
}

/** `time` is never filled in: a caller that repeats an event with its id would then send another event under it. */
export function outgoing(event: EventInput, now: number): Outgoing {
  const { extensions, id = uuidV7(now), ...attributes } = event;
  const text = JSON.stringify({ ...extensions, ...attributes, id });
  return { id, text, bytes: new TextEncoder().encode(text).length };
}

/** http.md: at most this many events a request. */
const MAX_EVENTS = 1000;
/** The API takes 4 MiB, but the gateway hands a body on as a JSON string within 6 MB, where its quotes count twice. */
const MAX_BYTES = 2_500_000;

/** Cuts a list into requests, order kept; an event that is too large goes alone, and the API says so. */
export function chunks(events: readonly Outgoing[]): Outgoing[][] {
  const cut: Outgoing[][] = [];
  let current: Outgoing[] = [];
  let bytes = 2;
  for (const event of events) {
    if (current.length > 0 && (current.length === MAX_EVENTS || bytes + event.bytes + 1 > MAX_BYTES)) {
      cut.push(current);
      current = [];
      bytes = 2;
    }
    current.push(event);
    bytes += event.bytes + 1;
  }
  if (current.length > 0) cut.push(current);
  return cut;
}

/** What is undefined is not said: in JavaScript a member may be there and have no value. */
export function queryOf(members: Readonly<Record<string, string | undefined>>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) if (value !== undefined) query.set(name, value);
  return query;
}

/** The path of an event: an id with other characters fits only in a query, because the gateway decodes paths, and so do dots alone. */
export function eventPath(id: string, source?: string): string {
  const plain = /^(?!\.{1,2}$)[A-Za-z0-9._:@-]+$/.test(id);
  const query = new URLSearchParams();
  if (!plain) query.set('id', id);
  if (source !== undefined) query.set('source', source);
  const search = query.size > 0 ? `?${query.toString().replaceAll('+', '%20')}` : '';
  return `/events/${plain ? id : '~'}${search}`;
}
