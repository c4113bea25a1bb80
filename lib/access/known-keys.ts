import { isOlder } from '../core/access/revision.ts';
import { BoundedMap } from '../core/bounded-map.ts';
import { DependencyError, messageOf } from '../core/errors.ts';
import type { ApiKeys, KnownKey } from '../ports/api-keys.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyCopies, KnownCopy } from '../ports/key-copies.ts';
import type { Log } from '../sdk/log.ts';
import type { Refusal } from './verdict.ts';

/** How long a copy stands for what MongoDB says, while MongoDB could be asked. */
export const FRESH_MS = 60_000;
/** How long one does while MongoDB is silent. */
const OLDEST_MS = 86_400_000;
const UNKNOWN_MS = 10_000;
/** MongoDB was silent just now: while a copy stands for it, nobody waits for its silence again. */
const REST_MS = 5000;
const MOST_KEYS = 1000;
const MOST_UNKNOWN = 10_000;

type Copy = KnownKey & { readonly copiedAt: number };

export interface KnownKeysPorts {
  keys: Pick<ApiKeys, 'byHash'>;
  copies: Pick<KeyCopies, 'read' | 'write'>;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/**
 * What is known of a text, from the nearest place that may say it (docs/decisions/0029). Redis is asked at every call,
 * MongoDB where Redis knows nothing or its copy is a minute old. In an outage copies stand for what is silent.
 * @returns for the hash of a text: its key, or why there is none
 * @throws from that: DependencyError where nobody can say, or what MongoDB throws
 */
export function createKnownKeys({
  keys,
  copies,
  clock,
  log,
}: KnownKeysPorts): (hash: string) => Promise<KnownKey | Refusal> {
  const remembered = new BoundedMap<string, Copy>(MOST_KEYS);
  const unknownUntil = new BoundedMap<string, number>(MOST_UNKNOWN);
  let restsUntil = 0;
  const age = (copy: Copy): number => clock.now() - copy.copiedAt;

  function keep(hash: string, copy: Copy): Copy {
    const kept = newest(remembered.get(hash), copy);
    if (kept === copy) remembered.set(hash, copy);
    return copy;
  }

  /** Marks stand above whatever anybody else says. */
  function ended(hash: string, told: KnownCopy | undefined): Refusal | undefined {
    if (!told?.ended && !told?.disabled) return undefined;
    remembered.delete(hash);
    return told.ended ? 'revoked' : 'disabled';
  }

  /** @returns undefined while Redis is silent */
  async function redis<Value>(asked: Promise<Value>): Promise<Value | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof DependencyError)) throw error;
      log.warn('Redis is silent: keys are judged without it', { code: error.code, reason: messageOf(error) });
      return undefined;
    }
  }

  /** @returns null: there is no such key; while MongoDB is silent what stands for it */
  async function mongo(hash: string, standIn: Copy | undefined): Promise<Copy | null> {
    const copiedAt = clock.now();
    if (standIn && copiedAt < restsUntil) return standIn;
    try {
      const known = await keys.byHash(hash);
      return known && { ...known, copiedAt };
    } catch (error) {
      if (!(error instanceof DependencyError)) throw error;
      restsUntil = clock.now() + REST_MS;
      if (!standIn) throw error;
      log.warn('MongoDB is silent: copies of keys stand for it', { code: error.code, reason: messageOf(error) });
      return standIn;
    }
  }

  return async (hash) => {
    if ((unknownUntil.get(hash) ?? 0) > clock.now()) return 'unknown';
    const mine = remembered.get(hash);
    const told = await redis(copies.read(hash, mine?.key));
    const over = ended(hash, told);
    if (over) return over;
    const current = told ? told.copy : mine;
    if (current && age(current) < FRESH_MS) return keep(hash, current);

    const last = newest(told?.copy, mine);
    const standIn = last && age(last) < OLDEST_MS ? last : undefined;
    const found = await mongo(hash, standIn);
    if (!found) {
      remembered.delete(hash);
      unknownUntil.set(hash, clock.now() + UNKNOWN_MS);
      return 'unknown';
    }
    if (!told || found === standIn) return keep(hash, found);
    // In one flush: what ended, or was written, while MongoDB was asked is seen here, and never overwritten.
    const written = Promise.all([copies.write(found, found.copiedAt), copies.read(hash, found.key)]);
    const [, seen] = (await redis(written)) ?? [];
    return ended(hash, seen) ?? keep(hash, newest(found, seen?.copy));
  };
}

/** Of two that are equal the first. */
function newest<Other extends Copy | undefined>(one: Other, other: Copy | undefined): Copy | Other {
  return other && (!one || isOlder(one, other)) ? other : one;
}
