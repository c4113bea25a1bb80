import type { Log } from '../sdk/log.ts';
import { mapDetails } from './map-details.ts';
import type { Message } from './message.ts';
import { LINE } from './plain.ts';

/** Members of a line. What each says: docs/logs.md. */
export type Fields = Readonly<Record<string, unknown>>;

/** Members by which a line of a run says whose it is; a handler's own of these names are lost. */
export const RUN_MEMBERS: ReadonlySet<string> = new Set([
  ...['event_id', 'source', 'type', 'tenant', 'replay', 'trace_id', 'key_name', 'attempt', 'events', 'event_count'],
]);

type Named = Pick<Message, 'tenant' | 'id' | 'source' | 'type'> &
  Partial<Pick<Message, 'replay' | 'traceparent' | 'by'>>;

/** What every line about an event says of it. */
export const eventFields = ({ tenant, id, source, type, replay = 0, traceparent, by }: Named): Fields => ({
  event_id: id,
  source,
  type,
  tenant,
  ...(replay > 0 && { replay }),
  ...(traceparent !== undefined && { trace_id: traceparent.split('-')[1] }),
  ...(by && { key_name: by.name }),
});

/** A log whose every line has these members, whatever its details say; they come first, because a line is cut at its end. */
export const withFields = (log: Log, fields: Fields): Log =>
  mapDetails(log, (details) => ({ ...fields, ...details, ...fields }));

const EVENTS_A_LINE = LINE.members;
/** Half of what a line may hold; the rest is for its details. Names of one event take a quarter at most. */
const LONGEST = LINE.all / 2;

/**
 * One line about one event, or about many: what they have in common is said once, and what they have not in `events`.
 * @param say a method of a log
 * @param events the members of each
 */
export function logEvents(say: Log['info'], message: string, events: readonly Fields[], details: Fields = {}): void {
  for (let from = 0; from < events.length; from += EVENTS_A_LINE)
    for (const fields of linesOf(events.slice(from, from + EVENTS_A_LINE)))
      say(message, { ...fields, ...details, ...fields });
}

/** Where names are long a line names fewer. */
function linesOf(events: readonly Fields[]): Fields[] {
  const line = together(events);
  if (!('event_count' in line)) return [line];
  const half = Math.ceil(events.length / 2);
  return [...linesOf(events.slice(0, half)), ...linesOf(events.slice(half))];
}

/**
 * What events have in common, and in `events` what they have not.
 * @param most where there are more, or they are too long for a line, their number stands for the list
 */
export function together(events: readonly Fields[], most: number = EVENTS_A_LINE): Fields {
  const [first = {}, ...others] = events;
  if (others.length === 0) return first;
  const common = Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value));
  const counted = { ...Object.fromEntries(common), event_count: events.length };
  if (events.length > most) return counted;
  const names = new Set(common.map(([name]) => name));
  const own = (event: Fields) => Object.fromEntries(Object.entries(event).filter(([name]) => !names.has(name)));
  const named = { ...Object.fromEntries(common), events: events.map(own) };
  return JSON.stringify(named).length > LONGEST ? counted : named;
}
