import { createHash } from 'node:crypto';

/**
 * The key of an event: `_id` in MongoDB and the tail of Redis keys.
 * Each part is preceded by its length, so that (`b/c`, `d`) and (`b`, `c/d`) are two events (protocol: event-key).
 * @returns base64url of SHA-256, 43 characters
 */
export function eventKey(tenant: string, source: string, id: string): string {
  const hash = createHash('sha256');
  for (const part of [tenant, source, id]) {
    const bytes = Buffer.from(part, 'utf8');
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('base64url');
}
