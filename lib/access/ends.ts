import { DependencyError, messageOf } from '../core/errors.ts';
import type { KeyCopies } from '../ports/key-copies.ts';
import type { Log } from '../sdk/log.ts';
import { FRESH_MS } from './known-keys.ts';

export interface EndPorts {
  copies: KeyCopies;
  log: Log;
  /** How long the gateway may remember what the authorizer said. */
  rememberedMs: number;
}

/**
 * When an end holds everywhere, as RFC 3339.
 * @param end when it is to be
 * @param holds whether Redis holds it; where MongoDB does alone, copies stand for a while
 */
export const endsBy = (end: number, { inRedis, rememberedMs }: { inRedis: boolean; rememberedMs: number }): string =>
  new Date(end + rememberedMs + (inRedis ? 0 : FRESH_MS)).toISOString();

/** @returns whether Redis holds what was written; false while it is silent */
export async function holdsInRedis(
  { copies, log }: Pick<EndPorts, 'copies' | 'log'>,
  write: (copies: KeyCopies) => Promise<unknown>,
): Promise<boolean> {
  try {
    await write(copies);
    return true;
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error;
    log.warn('Redis is silent: it holds nothing of this end of a key or tenant', { reason: messageOf(error) });
    return false;
  }
}
