import { SluiceError } from '../../sdk/errors.ts';

interface Position {
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

/** As encodeCursor, where a page of jobs ended; a page of failures does not take it. */
export const encodeJobCursor = ({ createdtime, _id }: { createdtime: string; _id: string }): string =>
  Buffer.from(`job ${createdtime} ${_id}`).toString('base64url');

/** @throws SluiceError `invalid-cursor` when the word did not come from encodeJobCursor */
export function decodeJobCursor(cursor: string): { createdtime: string; _id: string } {
  const match = /^job (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f-]{36})$/.exec(
    Buffer.from(cursor, 'base64url').toString('latin1'),
  );
  const [, createdtime, _id] = match ?? [];
  if (!createdtime || !_id || encodeJobCursor({ createdtime, _id }) !== cursor)
    throw new SluiceError('invalid-cursor', 'cursor did not come from a page of this list');
  return { createdtime, _id };
}
