import type { Said, Wired } from '../../http-api.ts';
import type { Command } from '../deployed.ts';
import { expected, type Scope } from '../expected.ts';
import type { Things } from '../things.ts';
import { strangeIn } from './filters.ts';

/** Whose key it is, and what it may. */
export interface Known {
  scopes: readonly Scope[];
  /** Of one event type alone. */
  bound: boolean;
}

/** Who sends: with a key, with none, with something else, or beside the gateway. */
type Sender = Known | 'none' | 'strange' | 'nobody';

/** A message that left for a queue. */
export interface Sent {
  tenant: string;
  type: string;
  extensions: Readonly<Record<string, unknown>>;
}

/** All that came of a request. */
export interface Outcome {
  said: Said;
  commands: readonly Command[];
  sent: readonly Sent[];
}

/** Words that stand in what there is, and the scopes of which one is needed to see them. */
export const WORDS = { theirs: 'their secret', mine: 'my secret', unbound: 'my other secret' } as const;
const seenWith: Readonly<Record<string, readonly Scope[]>> = {
  'event of': ['events:read'],
  'data of': ['events:read', 'failures:read'],
  'attempt of': ['failures:read'],
  'failure of': ['failures:read'],
  'group of': ['failures:read', 'failures:write'],
  'job of': ['failures:read', 'failures:write'],
  'key of': ['keys:write'],
};
const writtenWith: Readonly<Record<string, readonly Scope[]>> = {
  events: ['failures:write'],
  failures: ['failures:write'],
  replays: ['failures:write'],
  keys: ['keys:write'],
  audit: ['failures:write', 'keys:write'],
};

/** Which key a request has: the exact text of one behind the scheme, and nothing beside it. */
export function keyIn({ headers = [] }: Wired, keys: ReadonlyMap<string, Known>): Sender {
  const sent = headers.filter(([name]) => name.toLowerCase() === 'authorization').map(([, value]) => value);
  const value = sent.join();
  if (value === '') return 'none';
  const space = value.lastIndexOf(' ');
  const scheme = value.slice(0, space + 1);
  const known = keys.get(value.slice(space + 1));
  return known && /^bearer +$/i.test(scheme) ? known : 'strange';
}

/**
 * What is wrong with what came of a request, by what its sender may; nothing where all is well.
 * @param routeKey undefined where there is no such route
 */
export function faultsOf(
  { known, routeKey, theirs }: { known: Sender; routeKey: string | undefined; theirs: readonly Things[] },
  { said, commands, sent }: Outcome,
): string[] {
  return [
    ...statusFaults(known, routeKey, said),
    ...seenFaults(known, said.text),
    ...commands.flatMap((command) => writeFaults(known, command, theirs)),
    ...commands.flatMap(strangeIn).map((place) => `sought in MongoDB: ${place}`),
    ...sent.flatMap((message) => sentFaults(known, message)),
  ];
}

function statusFaults(known: Sender, routeKey: string | undefined, said: Said): string[] {
  const { status, text } = said;
  if (status >= 500) return [`${status}: ${text}`];
  const is = (should: number, code = '') =>
    status === should && text.includes(code) ? [] : [`${status} instead of ${should} ${code}: ${text.slice(0, 200)}`];
  const rule = routeKey !== undefined && Object.hasOwn(expected, routeKey) ? expected[routeKey] : undefined;
  if (!rule) return is(404);
  if (rule.scope === 'anyone') return [];
  if (known === 'nobody') return is(401, '"unauthenticated"');
  if (known === 'none') return is(401, '"Unauthorized"');
  if (known === 'strange') return is(403, '"Forbidden"');
  const opens = rule.scope === 'any key' || known.scopes.includes(rule.scope);
  return opens ? [] : is(403, '"scope-missing"');
}

/** Nobody who sends a request knows the words: what has one in it was read from what there is. */
function seenFaults(known: Sender, text: string): string[] {
  const faults = text.includes(WORDS.theirs) ? ['another tenant’s'] : [];
  const scopes = typeof known === 'object' ? known.scopes : [];
  for (const [what, needed] of Object.entries(seenWith)) {
    const isThere = [WORDS.mine, WORDS.unbound].some((word) => text.includes(`${what} ${word}`));
    if (isThere && !needed.some((scope) => scopes.includes(scope))) faults.push(`${what} …, without its scope`);
    const isOutside = text.includes(`${what} ${WORDS.unbound}`) && what !== 'key of';
    if (isOutside && typeof known === 'object' && known.bound) faults.push(`${what} …, beyond the bounds of the key`);
  }
  return faults.map((fault) => `shown: ${fault}`);
}

function writeFaults(known: Sender, { name, command }: Command, theirs: readonly Things[]): string[] {
  if (!['insert', 'update', 'delete', 'findAndModify'].includes(name) || isNoteOfUse(name, command)) return [];
  const collection = String(command[name]);
  const scopes = typeof known === 'object' ? known.scopes : [];
  const text = JSON.stringify(command);
  const needed = writtenWith[collection] ?? [];
  return [
    ...(needed.some((scope) => scopes.includes(scope))
      ? []
      : [`written: ${name} ${collection} without a scope for it`]),
    ...(name === 'insert' && !text.includes('"tenant":"mine"') ? [`written: ${collection} of another tenant`] : []),
    ...(theirs.some((things) => hasIdOf(things, filterText(command)))
      ? [`written: ${name} ${collection} of theirs`]
      : []),
  ];
}

/** That the authorizer saw a key, which it notes for whoever has one. */
const isNoteOfUse = (name: string, { updates, ...command }: Command['command']): boolean =>
  name === 'update' && command.update === 'keys' && JSON.stringify(updates).includes('{"$set":{"lastUsed"');

const filterText = ({ updates, deletes, query }: Command['command']): string =>
  JSON.stringify([query, ...[updates, deletes].flat().map((one) => (isStatement(one) ? one.q : undefined))]);
const isStatement = (one: unknown): one is { q: unknown } => typeof one === 'object' && one !== null && 'q' in one;
const hasIdOf = (things: Things, text: string): boolean =>
  Object.values(things).some((id) => text.includes(`"_id":"${id}"`));

function sentFaults(known: Sender, { tenant, type, extensions }: Sent): string[] {
  if (typeof known !== 'object') return ['sent: an event of nobody'];
  const isNew = !('word' in extensions) || 'replayof' in extensions;
  return [
    ...(tenant === 'mine' ? [] : [`sent: an event of ${tenant}`]),
    ...(known.bound && type !== 'note.kept' ? [`sent: ${type}, beyond the bounds of the key`] : []),
    ...(isNew && !known.scopes.includes('events:write') ? ['sent: a new event, without events:write'] : []),
  ];
}
