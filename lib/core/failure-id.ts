import { createHash } from 'node:crypto';

const hash = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('base64url');

/**
 * The failure of one payload of one event (protocol: failure-per-payload). The replay number in it is that of the first
 * letter, 0, so that repeats of a letter, the letters of replays and whoever settles a replay find the same failure
 * without asking (docs/decisions/0011).
 * @returns 43 characters
 */
export const failureId = (eventKey: string, fingerprint: string): string => hash(eventKey, fingerprint, 0);

/** The failure of a message that could not be decoded. */
export const undecodableId = (body: string): string => hash(body);
