import { makeApiKey, readApiKey } from '../core/access/api-key.ts';
import { entryOf } from '../core/access/entry-of.ts';
import { excessOf, withDefaults } from '../core/access/grants.ts';
import type { Grants, KeyEntry, NewKey, StoredKey } from '../core/access/key-entry.ts';
import { messageOf } from '../core/errors.ts';
import { uuidv7 } from '../core/uuid.ts';
import type { ApiKeys } from '../ports/api-keys.ts';
import type { Clock } from '../ports/clock.ts';
import type { KeyCopies } from '../ports/key-copies.ts';
import type { Log } from '../sdk/log.ts';
import { expiresInThePast, grantExceeds } from './problems.ts';
import { type Change, told } from './told.ts';
import { isOver } from './verdict.ts';

export interface KeyPorts {
  keys: ApiKeys;
  copies: KeyCopies;
  clock: Pick<Clock, 'now'>;
  log: Log;
  stage: string;
  /** `randomBytes` of node:crypto, unless a test says otherwise. */
  randomBytes(size: number): Uint8Array;
}

/** A key with its text, which is never told again. */
export interface Made {
  entry: KeyEntry;
  text: string;
}

/**
 * Makes a key.
 * @param change also by what key: what it may grant
 * @throws HttpProblem 400 `invalid-parameter` for an `expires` that is past, 403 `grant-exceeds-key`; DependencyError when MongoDB is silent: there may be such a key then, whose text nobody has
 */
export async function makeKey(
  wanted: NewKey,
  change: Change & { maker: Grants },
  { keys, copies, clock, log, ...ports }: KeyPorts,
): Promise<Made> {
  const now = clock.now();
  if (wanted.expires !== undefined && isOver(wanted.expires, now)) throw expiresInThePast();
  const excess = excessOf(change.maker, wanted);
  if (excess.length > 0) throw grantExceeds(excess);
  const at = new Date(now).toISOString();
  const { text, hash, last4 } = newText(ports);
  const { name } = wanted;
  const key: StoredKey = {
    ...{ id: uuidv7(now), name, ...withDefaults(change.maker, wanted) },
    ...{ hash, last4, createdtime: at, by: change.by },
  };
  const entry = entryOf(key);
  const audit = told(change, { action: 'key.created', tenant: key.tenant, subject: key.id, at }, undefined, entry);
  await keys.create({ key, audit });
  try {
    // So that it opens something also where MongoDB falls silent before its first use.
    await copies.write({ key, tenant: await keys.tenant(key.tenant) }, now);
  } catch (error) {
    log.warn('no copy was made of a new key; its first use makes one', { key: key.id, reason: messageOf(error) });
  }
  return { entry, text };
}

/** @throws Error when what was made cannot be read: a fault in the program */
export function newText({ stage, randomBytes }: Pick<KeyPorts, 'stage' | 'randomBytes'>) {
  const text = makeApiKey(stage, randomBytes);
  const read = readApiKey(text);
  if (!read) throw new Error('a key that was just made cannot be read');
  return { text, hash: read.hash, last4: read.last4 };
}
