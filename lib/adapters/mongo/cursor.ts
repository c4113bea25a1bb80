import { SluiceError } from '../../sdk/errors.ts';

/** A place in a list by time and key. */
export interface Position {
  /** RFC 3339, UTC, milliseconds. */
  recordedtime: string;
  _id: string;
}

/** Where a page ended, as an opaque word of `[A-Za-z0-9_-]`. */
export const encodeCursor = ({ recordedtime, _id }: Position): string =>
  Buffer.from(`${recordedtime} ${_id}`).toString('base64url');

/** @throws SluiceError `invalid-cursor` when the word did not come from encodeCursor */
export function decodeCursor(cursor: string): Position {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\w-]{43})$/.exec(
    Buffer.from(cursor, 'base64url').toString('latin1'),
  );
  const [, recordedtime, _id] = match ?? [];
  if (!recordedtime || !_id || encodeCursor({ recordedtime, _id }) !== cursor)
    throw new SluiceError('invalid-cursor', 'cursor did not come from a page of this list');
  return { recordedtime, _id };
}

/** Lists by time and a UUID; a page of one leads nowhere in another. */
type TimedList = 'job' | 'key' | 'audit';

/** As encodeCursor, where a page of jobs, keys or audit entries ended. @param at RFC 3339, UTC, milliseconds */
export const encodeTimedCursor = (list: TimedList, at: string, _id: string): string =>
  Buffer.from(`${list} ${at} ${_id}`).toString('base64url');

/** @throws SluiceError `invalid-cursor` when the word did not come from encodeTimedCursor, of this list */
export function decodeTimedCursor(list: TimedList, cursor: string): { at: string; _id: string } {
  const match = /^[a-z]+ (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f-]{36})$/.exec(
    Buffer.from(cursor, 'base64url').toString('latin1'),
  );
  const [, at, _id] = match ?? [];
  if (!at || !_id || encodeTimedCursor(list, at, _id) !== cursor)
    throw new SluiceError('invalid-cursor', 'cursor did not come from a page of this list');
  return { at, _id };
}
