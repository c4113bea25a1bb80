import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { By } from '../core/access/key-entry.ts';
import type { AuditEntry } from '../ports/audit.ts';

/** Who changes something, in which request. */
export interface Change {
  readonly by: By;
  /** The id of the request, for the audit. */
  readonly request: string;
}

/**
 * What the audit is told of a change: hashes of what stood there before and after, and which members differ.
 * @param before absent: nothing
 */
export function told(
  { by, request }: Change,
  what: Omit<AuditEntry, 'by' | 'request' | 'pointers' | 'before' | 'after'>,
  before: object | undefined,
  after: object,
): AuditEntry {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])].toSorted();
  const differ = names.filter((name) => textOf(Reflect.get(before ?? {}, name)) !== textOf(Reflect.get(after, name)));
  return {
    ...what,
    by,
    request,
    ...(before && { pointers: differ.map((name) => `/${name}`), before: hashOf(before) }),
    after: hashOf(after),
  };
}

const textOf = (value: unknown): string => canonicalize(value) ?? '';

const hashOf = (value: object): string => createHash('sha256').update(textOf(value)).digest('base64url');
