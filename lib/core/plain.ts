import { isStringObject } from 'node:util/types';
import type { Log } from '../sdk/log.ts';
import { type Bounded, boundedText, CUT } from './bounded-text.ts';
import { isError, isList, itemsOf, memberOf, textOf } from './guarded.ts';
import { mapDetails } from './map-details.ts';
import { describeThrown, MOST } from './thrown.ts';

/** What one log line may hold; in UTF-16 code units, levels and pieces. */
export const LINE = { text: 2000, depth: 5, members: 100, all: 16_000, key: 100 } as const;

/**
 * Anything at all as plain JSON within bounds, for a log line; never throws: each member is read once and with care, and of lists and objects
 * no more than a line shows. Errors are described, so that nothing of theirs is shown but
 * what they say: drivers' errors carry documents. What has a form of its own for JSON (a date, an id) is shown so.
 * @param bounded what becomes of each text in it, names and numbers too
 */
export function plainDetails(details: unknown, bounded: Bounded = boundedText): Record<string, unknown> {
  const room = { left: LINE.all, bounded };
  if (isError(details)) return { error: plain(details, 0, room) };
  const shown = plain(details, 0, room);
  return isRecord(shown) ? shown : shown === undefined ? {} : { details: shown };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A log for whoever may give it anything: what it passes on is plain. @param bounded what becomes of each text */
export const plainLog = (log: Log, bounded: Bounded = boundedText): Log =>
  mapDetails(
    log,
    (details) => plainDetails(details, bounded),
    (message) => bounded(textOf(message), LINE.text),
  );

interface Room {
  left: number;
  readonly bounded: Bounded;
}

/** What one piece costs beside its text: quotes, a comma; more than a null. */
const PIECE = 6;

function plain(value: unknown, depth: number, room: Room): unknown {
  room.left -= PIECE;
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  if (typeof value === 'number') return take(numberIn(value, room), 8, room);
  if (typeof value !== 'object') return shownText(textOf(value), room);
  // It has a member for each of its characters.
  if (isStringObject(value)) return shownText(String.prototype.valueOf.call(value), room);
  if (isError(value)) return describedIn(value, room);
  if (depth >= LINE.depth || room.left <= 0) return CUT;
  if (isList(value)) return listOf(value, depth, room);
  if (ArrayBuffer.isView(value)) return shownText(`[${textOf(memberOf(value, 'byteLength'))} bytes]`, room);
  const own = ownForm(value);
  return own ? plain(own.json, depth + 1, room) : membersOf(value, depth, room);
}

function numberIn(value: number, { bounded }: Room): number | string {
  const written = String(value);
  const shown = bounded(written, LINE.text);
  return Number.isFinite(value) && shown === written ? value : shown;
}

function shownText(text: string, room: Room): unknown {
  const shown = room.bounded(text, LINE.text);
  return take(shown, shown.length, room);
}

function take(shown: unknown, size: number, room: Room): unknown {
  room.left -= size;
  return room.left < 0 ? CUT : shown;
}

function describedIn(error: Error, room: Room): unknown {
  const { name, code, message, stack, causes } = describeThrown(error, room.bounded);
  room.left -= message.length + stack.length * MOST.frame + causes.length * MOST.message;
  if (room.left < 0) return { name, code, message };
  return { name, code, message, stack, ...(causes.length > 0 && { causes }) };
}

function listOf(list: readonly unknown[], depth: number, room: Room): unknown[] {
  const { items, length } = itemsOf(list, Math.min(LINE.members, room.left));
  const shown: unknown[] = [];
  for (const item of items) {
    if (room.left <= 0) break;
    shown.push(plain(item, depth + 1, room) ?? null);
  }
  return shown.length < length ? [...shown, CUT] : shown;
}

/** What an object says of itself by `toJSON`. */
function ownForm(value: object): { json: unknown } | undefined {
  const toJson = memberOf(value, 'toJSON');
  if (typeof toJson !== 'function') return undefined;
  try {
    return { json: Reflect.apply(toJson, value, []) };
  } catch {
    return { json: '[object]' };
  }
}

function membersOf(value: object, depth: number, room: Room): Record<string, unknown> {
  const shown = new Map<string, unknown>();
  const names = namesOf(value);
  // They are all read before the first is shown.
  room.left -= Math.floor(names.length / LINE.members);
  for (const name of names) {
    if (shown.size === LINE.members || room.left <= 0) {
      shown.set(CUT, CUT);
      break;
    }
    const key = room.bounded(name, LINE.key);
    room.left -= key.length;
    shown.set(key, plain(memberOf(value, name), depth + 1, room));
  }
  return Object.fromEntries(shown);
}

function namesOf(value: object): string[] {
  try {
    return Object.keys(value);
  } catch {
    return [];
  }
}
