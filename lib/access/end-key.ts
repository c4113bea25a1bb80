import { entryOf } from '../core/access/entry-of.ts';
import { mayTouch } from '../core/access/grants.ts';
import type { Grants, KeyEntry, StoredKey } from '../core/access/key-entry.ts';
import { nextRevision } from '../core/access/revision.ts';
import { DependencyError, messageOf } from '../core/errors.ts';
import type { KeysOf } from '../ports/api-keys.ts';
import { type EndPorts, endsBy, holdsInRedis } from './ends.ts';
import { type KeyPorts, type Made, newText } from './make-key.ts';
import { keyHasMore, keyUnknown } from './problems.ts';
import { type Change, told } from './told.ts';
import { isOver } from './verdict.ts';

/** Of rotations that are repeated while Redis is silent. What is left out has no mark, and is unknown when its copy is a minute old. */
const MOST_UNHEARD = 100;

/** Which key, among whose, and what the key that asks for it has. */
export interface KeyAsked extends Change {
  of: KeysOf;
  id: string;
  caller: Grants;
}

/** What is answered of an end. */
export interface Ended {
  /** With `effectiveBy`: when it holds everywhere. */
  entry: KeyEntry;
  /** Whether MongoDB and Redis both hold it; else it is to be repeated until they do. */
  complete: boolean;
}

/**
 * Revokes a key. MongoDB first, then marks in Redis; with MongoDB silent marks alone, where Redis knows the key. May be repeated.
 * @throws HttpProblem 404 `key-unknown`, 403 `grant-exceeds-key`; DependencyError when nothing holds it
 */
export async function revokeKey(asked: KeyAsked, ports: KeyPorts & EndPorts): Promise<Ended> {
  const { keys, clock, rememberedMs } = ports;
  const now = clock.now();
  const revoked = new Date(now).toISOString();
  try {
    const known = await keys.change(asked.of, asked.id, ({ key }) => {
      checkTouch(asked.caller, key);
      if (key.revoked !== undefined) return null;
      const effectiveBy = endsBy(now, { inRedis: false, rememberedMs });
      const after = { ...key, revoked, effectiveBy, revision: nextRevision(key.revision, now) };
      const what = { action: 'key.revoked', tenant: key.tenant, subject: key.id, at: revoked } as const;
      return { key: after, audit: told(asked, what, entryOf(key), entryOf(after)) };
    });
    if (!known) throw keyUnknown(asked.id);
    const complete = await holdsInRedis(ports, (copies) => copies.end(endOf(known.key)));
    const entry = entryOf(known.key);
    return {
      entry: complete ? { ...entry, ...earlier(entry, endsBy(now, { inRedis: true, rememberedMs })) } : entry,
      complete,
    };
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error;
    return { entry: await markAlone(asked, now, ports, error), complete: false };
  }
}

/** @throws the silence of MongoDB, when Redis cannot hold it either */
async function markAlone(
  { of, id, caller }: KeyAsked,
  now: number,
  { copies, rememberedMs }: EndPorts,
  silence: DependencyError,
): Promise<KeyEntry> {
  try {
    const known = await copies.byId(id);
    if (!known) throw silence;
    const { key } = known;
    if (of !== 'all tenants' && of.tenant !== key.tenant) throw keyUnknown(id);
    checkTouch(caller, key);
    await copies.end(endOf(key));
    const revoked = key.revoked ?? new Date(now).toISOString();
    return { ...entryOf(key), revoked, effectiveBy: endsBy(now, { inRedis: true, rememberedMs }) };
  } catch (error) {
    throw error instanceof DependencyError ? silence : error;
  }
}

/**
 * Gives a key a new text. The one before opens it until the end of the overlap, one before that no more. Where that was not
 * complete a repetition completes it: its new text stands in place of the one that nobody confirmed, and the one before
 * keeps its end, unless the overlap that is asked for ends earlier.
 * @param asked `overlap` in seconds
 * @returns with `effectiveBy`: when the end of the text before holds everywhere
 * @throws HttpProblem 404 `key-unknown`, also for a key that has ended, 403 `grant-exceeds-key`; DependencyError when MongoDB is
 * silent: it may have a new text then, which nobody has, and which a repetition replaces
 */
export async function rotateKey(
  asked: KeyAsked & { overlap: number },
  ports: KeyPorts & EndPorts,
): Promise<Ended & Made> {
  const { keys, clock, rememberedMs } = ports;
  const now = clock.now();
  const { text, ...next } = newText(ports);
  const known = await keys.change(asked.of, asked.id, ({ key }) => {
    checkTouch(asked.caller, key);
    if (hasEnded(key, now)) throw keyUnknown(asked.id);
    const rotated = { ...key, ...next, ...textsAfter(key, now + asked.overlap * 1000, now) };
    const after = { ...rotated, revision: nextRevision(key.revision, now) };
    const at = new Date(now).toISOString();
    const what = { action: 'key.rotated', tenant: key.tenant, subject: key.id, at } as const;
    return { key: after, audit: told(asked, what, entryOf(key), entryOf(after)) };
  });
  if (!known) throw keyUnknown(asked.id);
  const { before, unheard = [] } = known.key;
  const end = before ? Date.parse(before.ends) : now;
  // Copies that do not know of the end of the text before would serve it through an outage of MongoDB.
  const inRedis = await holdsInRedis(ports, (copies) => Promise.all([copies.end(unheard), copies.write(known, now)]));
  return {
    entry: { ...entryOf(known.key), effectiveBy: endsBy(end, { inRedis, rememberedMs }) },
    complete: inRedis && (await isConfirmed(known.key, ports)),
    text,
  };
}

/** Of a rotation: which text opens the key beside the new one, and which ended, as far as Redis may not have heard of it. */
function textsAfter(
  { hash, last4, before, unheard }: StoredKey,
  end: number,
  now: number,
): Required<Pick<StoredKey, 'before' | 'unheard'>> {
  const isRepeated = unheard !== undefined && before !== undefined && !isOver(before.ends, now);
  const old = isRepeated ? before : { hash, last4, ends: new Date(end).toISOString() };
  const ends = new Date(Math.min(Date.parse(old.ends), end)).toISOString();
  const gone = isRepeated ? [hash] : before ? [before.hash] : [];
  const over = [...(isOver(ends, now) ? [old.hash] : []), ...(unheard ?? []), ...gone];
  return { before: { ...old, ends }, unheard: over.slice(0, MOST_UNHEARD) };
}

/** @returns false where MongoDB falls silent, or somebody else has rotated the key meanwhile */
async function isConfirmed({ id, hash }: StoredKey, { keys, log }: KeyPorts): Promise<boolean> {
  try {
    return await keys.heard(id, hash);
  } catch (error) {
    if (!(error instanceof DependencyError)) throw error;
    log.warn('MongoDB is silent: a rotation is not confirmed', { key: id, reason: messageOf(error) });
    return false;
  }
}

function checkTouch(caller: Grants, key: StoredKey): void {
  if (!mayTouch(caller, key)) throw keyHasMore(key.id);
}

const hasEnded = ({ revoked, expires }: StoredKey, now: number): boolean =>
  revoked !== undefined || (expires !== undefined && isOver(expires, now));

/** By its id all of its texts end, also those that Redis has not heard of; by itself one ends where Redis has no copy of it either. */
const endOf = ({ id, hash, before }: StoredKey): string[] => [id, hash, ...(before ? [before.hash] : [])];

/** Of a key that was revoked before, what was certain by then still is. */
const earlier = ({ effectiveBy }: KeyEntry, now: string): { effectiveBy: string } => ({
  effectiveBy: effectiveBy !== undefined && effectiveBy < now ? effectiveBy : now,
});
