import { DependencyError, messageOf } from '../core/errors.ts';
import type { ApiKeys } from '../ports/api-keys.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyCopies } from '../ports/key-copies.ts';
import type { Log } from '../sdk/log.ts';
import { type Refusal, verdictOn } from './verdict.ts';

export interface RefusalPorts {
  keys: Pick<ApiKeys, 'byId'>;
  copies: Pick<KeyCopies, 'read'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/**
 * Why a key opens nothing any more, for what it began and others go on with. An end may be in Redis alone, so its marks count; while it is
 * silent MongoDB's word does.
 * @param id of the key
 * @returns undefined where it still opens
 * @throws DependencyError while MongoDB is silent: nobody can say
 */
export async function refusalOf(id: string, { keys, copies, clock, log }: RefusalPorts): Promise<Refusal | undefined> {
  const known = await keys.byId('all tenants', id);
  if (!known) return 'unknown';
  const verdict = verdictOn(known, known.key.hash, clock.now());
  if ('refused' in verdict) return verdict.refused;
  try {
    const marks = await copies.read(known.key.hash, known.key);
    if (marks.ended) return 'revoked';
    return marks.disabled ? 'disabled' : undefined;
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error;
    log.warn('Redis is silent: a key is judged without it', { key: id, code: error.code, reason: messageOf(error) });
    return undefined;
  }
}
