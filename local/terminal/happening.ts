import { RUN_MEMBERS } from '../../lib/core/log-fields.ts';
import { type Entry, isRecord } from './entry.ts';
import { placeIn } from './place.ts';

/** `faults`: warnings and errors. `happenings`: those, what events came to, and what handlers say. `all`: every line. */
export type Shown = 'faults' | 'happenings' | 'all';

type Tone = 'good' | 'doubtful' | 'bad' | 'plain';

/** What a terminal shows of an entry, in one line. */
export interface Happening {
  at: Date;
  /** An event type, or a function. */
  who: string;
  /** Of the event, if it is one. */
  id?: string | undefined;
  what: string;
  tone: Tone;
  said: readonly string[];
  /** When it is tried again. */
  next?: string | undefined;
  /** Of the events, or 1. */
  count: number;
}

const FAULTS: ReadonlySet<string> = new Set(['WARN', 'ERROR', 'CRITICAL']);
/** Said by another line that follows, or went before. */
const ECHOES: ReadonlySet<string> = new Set(['accepted', 'to the dead letters', 'a letter changes nothing']);
/** Members that are shown in a way of their own, or say nothing to somebody who looks on. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['level', 'message', 'timestamp', 'service', 'function', 'request_id'],
  ...['attempts_allowed', 'attempts', 'error', 'code', 'reason', 'cause', 'next_at', 'failure', 'published'],
  'key_id',
]);
const LONGEST = 300;

/** @returns undefined for what is not to be shown */
export function happeningOf(entry: Entry, shown: Shown): Happening | undefined {
  if (shown !== 'all' && (ECHOES.has(entry.message) || entry.level === 'DEBUG')) return undefined;
  if (shown === 'faults' && !FAULTS.has(entry.level)) return undefined;
  const { event_id, events, event_count } = entry;
  const count = Array.isArray(events) ? events.length : Number(event_count ?? 1);
  return {
    at: new Date(entry.timestamp),
    who: String(entry.type ?? entry.function),
    ...(typeof event_id === 'string' && { id: event_id }),
    ...tellOf(entry),
    next: nextIn(entry),
    count: Math.max(1, count),
  };
}

function tellOf(entry: Entry): Pick<Happening, 'what' | 'tone' | 'said'> {
  const { message, attempt, attempts, attempts_allowed: allowed } = entry;
  const which = `attempt ${attempt}/${allowed}`;
  switch (message) {
    case 'settled': {
      const tries = Number(attempts) > 1 ? [`after ${attempts} attempts`] : [];
      const said = [...faultOf(entry), ...tries, ...(entry.again ? ['again'] : [])];
      return { what: String(entry.outcome), tone: entry.outcome === 'succeeded' ? 'good' : 'doubtful', said };
    }
    case 'attempt failed':
      return { what: which, tone: 'doubtful', said: faultOf(entry) };
    case 'last attempt failed':
    case 'no attempt would help':
      return { what: which, tone: 'bad', said: [...faultOf(entry), message] };
    case 'failure recorded':
      return { what: 'failed', tone: 'bad', said: [...faultOf(entry), `/failures/${entry.failure}`] };
    case 'failure replayed':
      return { what: 'replayed', tone: 'plain', said: othersOf(entry) };
    default: {
      const tone = entry.level === 'WARN' ? 'doubtful' : FAULTS.has(entry.level) ? 'bad' : 'plain';
      return { what: message, tone, said: [...faultOf(entry), ...othersOf(entry)] };
    }
  }
}

/** `flaky: not yet`, `cart.abandoned.ts:21` */
function faultOf({ code, reason, error }: Entry): string[] {
  const thrown = isRecord(error) ? error : {};
  const text = thrown.message ?? reason;
  const named = code !== undefined && code !== 'error' ? [String(code)] : [];
  const told = [...named, ...(text === undefined ? [] : [cut(String(text))])].join(': ');
  const place = Array.isArray(thrown.stack) ? placeIn(thrown.stack) : undefined;
  return [told, place ?? ''].filter((part) => part !== '');
}

/** What a handler says beside its message. */
const othersOf = (entry: Entry): string[] =>
  Object.entries(entry).flatMap(([name, value]) =>
    KNOWN.has(name) || RUN_MEMBERS.has(name)
      ? []
      : [cut(`${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)],
  );

function nextIn({ timestamp, next_at }: Entry): string | undefined {
  if (typeof next_at !== 'string') return undefined;
  const seconds = Math.max(0, Math.ceil((Date.parse(next_at) - Date.parse(timestamp)) / 1000));
  return seconds < 120 ? `next in ${seconds} s` : `next in ${Math.round(seconds / 60)} min`;
}

const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
