import type { Log } from '../sdk/log.ts';
import type { Message } from './message.ts';

/** Members of a line. What each says: docs/logs.md. */
export type Fields = Readonly<Record<string, unknown>>;

/** Members by which a line of a run says whose it is; a handler's own of these names are lost. */
export const RUN_MEMBERS: ReadonlySet<string> = new Set([
  ...['event_id', 'source', 'type', 'tenant', 'replay', 'trace_id', 'attempt', 'events', 'event_count'],
]);

type Named = Pick<Message, 'tenant' | 'id' | 'source' | 'type'> & Partial<Pick<Message, 'replay' | 'traceparent'>>;

/** What every line about an event says of it. */
export const eventFields = ({ tenant, id, source, type, replay = 0, traceparent }: Named): Fields => ({
  event_id: id,
  source,
  type,
  tenant,
  ...(replay > 0 && { replay }),
  ...(traceparent !== undefined && { trace_id: traceparent.split('-')[1] }),
});

/** A log whose every line has these members, whatever its details say. */
export function withFields(log: Log, fields: Fields): Log {
  const all = (details: Fields = {}) => ({ ...details, ...fields });
  return {
    debug: (message, details) => log.debug(message, all(details)),
    info: (message, details) => log.info(message, all(details)),
    warn: (message, details) => log.warn(message, all(details)),
    error: (message, details) => log.error(message, all(details)),
  };
}

/** A line may have 256 KB; names of an event may have 1 KB. */
const EVENTS_A_LINE = 100;

/**
 * One line about one event, or about many: what they have in common is said once, and what they have not in `events`.
 * @param say a method of a log
 * @param events the members of each
 */
export function logEvents(say: Log['info'], message: string, events: readonly Fields[], details: Fields = {}): void {
  for (let from = 0; from < events.length; from += EVENTS_A_LINE)
    say(message, { ...details, ...together(events.slice(from, from + EVENTS_A_LINE)) });
}

/**
 * What events have in common, and in `events` what they have not.
 * @param most where there are more, their number stands for the list
 */
export function together(events: readonly Fields[], most = EVENTS_A_LINE): Fields {
  const [first = {}, ...others] = events;
  if (others.length === 0) return first;
  const common = Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value));
  if (events.length > most) return { ...Object.fromEntries(common), event_count: events.length };
  const names = new Set(common.map(([name]) => name));
  const own = (event: Fields) => Object.fromEntries(Object.entries(event).filter(([name]) => !names.has(name)));
  return { ...Object.fromEntries(common), events: events.map(own) };
}
