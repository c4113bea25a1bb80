import { hash } from 'node:crypto';

/**
 * The key of an event: `_id` in MongoDB and the tail of Redis keys.
 * Each part is preceded by its length, so that (`b/c`, `d`) and (`b`, `c/d`) are two events (protocol: event-key).
 * @returns base64url of SHA-256, 43 characters
 */
export function eventKey(tenant: string, source: string, id: string): string {
  return hash('sha256', lengthAnd(tenant) + lengthAnd(source) + lengthAnd(id), 'base64url');
}

const lengthAnd = (part: string): string => `${Buffer.byteLength(part)}:${part}`;
