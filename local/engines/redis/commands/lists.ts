import { type Arguments, integer } from '../arguments.ts';
import type { Call, Commands } from '../command.ts';
import type { Database } from '../database.ts';
import { CommandError, nullArray, OK, type Reply } from '../reply.ts';

const read = (db: Database, key: string): readonly string[] => db.find(key, 'list')?.items ?? [];

function put(db: Database, key: string, items: string[]): void {
  if (items.length === 0) db.delete(key);
  else db.put(key, { kind: 'list', items }, 'keep');
}

/** In place and one by one: a call has no room for a hundred thousand arguments. */
function append(items: string[], added: readonly string[]): string[] {
  for (const one of added) items.push(one);
  return items;
}

function push({ db, args, name }: Call): Reply {
  const key = args.next();
  const found = db.find(key, 'list');
  if (!found && name.endsWith('x')) return 0;
  const items = found?.items ?? [];
  const added = args.rest();
  const all = name.startsWith('l') ? added.reverse().concat(items) : append(items, added);
  db.put(key, { kind: 'list', items: all }, 'keep');
  return all.length;
}

function pop({ db, args, name }: Call): Reply {
  const key = args.next();
  if (args.left > 1) throw new CommandError(`ERR wrong number of arguments for '${name}' command`);
  const outOfRange = () => new CommandError('ERR value is out of range, must be positive');
  const count = args.left > 0 ? integer(args.next(), outOfRange) : undefined;
  if (count !== undefined && count < 0) throw outOfRange();
  const items = db.find(key, 'list')?.items;
  if (!items) return count === undefined ? null : nullArray;
  if (count === 0) return [];
  const gone = name === 'lpop' ? items.splice(0, count ?? 1) : items.splice(-(count ?? 1)).reverse();
  put(db, key, items);
  return count === undefined ? (gone[0] ?? null) : gone;
}

/** Both ends included, negative ones counted from the end. https://redis.io/docs/latest/commands/lrange/ */
export function rangeOf(size: number, first: number, last: number): [from: number, to: number] {
  const from = Math.max(0, first < 0 ? size + first : first);
  const to = Math.min(size - 1, last < 0 ? size + last : last);
  return [from, Math.max(from, to + 1)];
}

function range({ db, args }: Call): Reply {
  const key = args.next();
  const [first, last] = [args.integer(), args.integer()];
  const items = read(db, key);
  return items.slice(...rangeOf(items.length, first, last));
}

function trim({ db, args }: Call): Reply {
  const key = args.next();
  const [first, last] = [args.integer(), args.integer()];
  const items = read(db, key);
  if (items.length > 0) put(db, key, items.slice(...rangeOf(items.length, first, last)));
  return OK;
}

function remove({ db, args }: Call): Reply {
  const key = args.next();
  const count = args.integer();
  const element = args.next();
  const items = [...read(db, key)];
  if (count < 0) items.reverse();
  let left = count === 0 ? items.length : Math.abs(count);
  const kept = items.filter((item) => item !== element || left-- <= 0);
  const removed = items.length - kept.length;
  if (removed > 0) put(db, key, count < 0 ? kept.reverse() : kept);
  return removed;
}

const of = (answer: (items: readonly string[], args: Arguments) => Reply, arity: number) => ({
  arity,
  keys: [1, 1, 1] as const,
  run: ({ db, args }: Call): Reply => {
    const key = args.next();
    return answer(read(db, key), args);
  },
});

/** https://redis.io/docs/latest/commands/?group=list */
export const listCommands: Commands = {
  lpush: { arity: -3, writes: true, grows: true, keys: [1, 1, 1], run: push },
  rpush: { arity: -3, writes: true, grows: true, keys: [1, 1, 1], run: push },
  lpushx: { arity: -3, writes: true, grows: true, keys: [1, 1, 1], run: push },
  rpushx: { arity: -3, writes: true, grows: true, keys: [1, 1, 1], run: push },
  lpop: { arity: -2, writes: true, keys: [1, 1, 1], run: pop },
  rpop: { arity: -2, writes: true, keys: [1, 1, 1], run: pop },
  ltrim: { arity: 4, writes: true, keys: [1, 1, 1], run: trim },
  lrem: { arity: 4, writes: true, keys: [1, 1, 1], run: remove },
  llen: of((items) => items.length, 2),
  lindex: of((items, args) => (items.length === 0 ? null : (items.at(args.integer()) ?? null)), 3),
  lrange: { arity: 4, keys: [1, 1, 1], run: range },
};
