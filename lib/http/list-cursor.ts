import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Reach } from '../ports/failure-queries.ts';

/** What a cursor is of: it leads nowhere in another list, under another filter, or in what others see. */
export interface ListIdentity {
  list: 'events' | 'settled-events' | 'failures' | 'failure-groups' | 'replays' | 'keys' | 'audit';
  reach: Reach;
  /** Without the limit, which may change from page to page. */
  filter: object;
}

const VERSION = '2';
const SEAL_LENGTH = 22;
/** Longer than any that was given. */
const LONGEST = 512;

/** What every cursor looks like. */
export const CURSOR = `^${VERSION}[A-Za-z0-9_-]{${SEAL_LENGTH},${LONGEST - VERSION.length}}$`;
const cursors = new RegExp(CURSOR);

/** A position in a list as its reader gets it: `[A-Za-z0-9_-]`, like the position itself. */
export const sealCursor = (position: string, of: ListIdentity): string => `${VERSION}${seal(position, of)}${position}`;

/** @returns the position; undefined when the cursor is damaged, of another version, or another list's */
export function openCursor(cursor: string, of: ListIdentity): string | undefined {
  if (!cursors.test(cursor)) return undefined;
  const position = cursor.slice(VERSION.length + SEAL_LENGTH);
  return sealCursor(position, of) === cursor ? position : undefined;
}

/** No secret: whoever makes a cursor up gets what its list would show anyway. It tells slips from cursors. */
const seal = (position: string, { list, reach: { tenants, ...bounds }, filter }: ListIdentity): string =>
  createHash('sha256')
    .update(canonicalize([VERSION, list, tenants, bounds, filter, position]) ?? '')
    .digest('base64url')
    .slice(0, SEAL_LENGTH);
