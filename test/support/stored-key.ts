import { randomBytes } from 'node:crypto';
import { makeApiKey, readApiKey } from '../../lib/core/access/api-key.ts';
import type { StoredKey } from '../../lib/core/access/key-entry.ts';
import { uuidv7 } from '../../lib/core/uuid.ts';

export const keyTime = Date.parse('2026-11-23T12:00:00.000Z');

/** A key of a tenant that may read events, and the text that opens it. */
export function storedKey(fields: Partial<StoredKey> = {}, stage = 'dev'): { text: string; key: StoredKey } {
  const text = makeApiKey(stage, randomBytes);
  const read = readApiKey(text);
  if (!read) throw new Error('a key that was just made cannot be read');
  const key: StoredKey = {
    id: uuidv7(keyTime),
    name: 'a key',
    tenant: 'mine',
    scopes: ['events:read'],
    hash: read.hash,
    last4: read.last4,
    createdtime: new Date(keyTime).toISOString(),
    by: { key: 'none', name: 'a test' },
    ...fields,
  };
  return { text, key };
}
