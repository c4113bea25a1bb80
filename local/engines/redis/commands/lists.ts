import { type Arguments, integer } from '../arguments.ts';
import type { Call, Commands } from '../command.ts';
import type { Database } from '../database.ts';
import { Deque } from '../deque.ts';
import { CommandError, nullArray, OK, type Reply } from '../reply.ts';

const read = (db: Database, key: string): Deque => db.find(key, 'list')?.items ?? new Deque();

/** After a change: a list goes with its last item. */
function changed(db: Database, key: string, items: Deque): void {
  if (items.size === 0) db.delete(key);
  else db.touch(key);
}

function push({ db, args, name }: Call): Reply {
  const key = args.next();
  const found = db.find(key, 'list');
  if (!found && name.endsWith('x')) return 0;
  const items = found?.items ?? new Deque();
  const added = args.rest();
  if (name.startsWith('l')) for (const one of added) items.unshift(one);
  else for (const one of added) items.push(one);
  if (found) db.touch(key);
  else db.put(key, { kind: 'list', items });
  return items.size;
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
  const popped = Math.min(count ?? 1, items.size);
  const gone = name === 'lpop' ? items.slice(0, popped) : items.slice(items.size - popped).reverse();
  if (name === 'lpop') items.dropFirst(popped);
  else items.dropLast(popped);
  changed(db, key, items);
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
  return items.slice(...rangeOf(items.size, first, last));
}

function trim({ db, args }: Call): Reply {
  const key = args.next();
  const [first, last] = [args.integer(), args.integer()];
  const items = read(db, key);
  if (items.size === 0) return OK;
  const [from, to] = rangeOf(items.size, first, last);
  items.dropLast(items.size - to);
  items.dropFirst(from);
  changed(db, key, items);
  return OK;
}

function remove({ db, args }: Call): Reply {
  const key = args.next();
  const count = args.integer();
  const element = args.next();
  const items = read(db, key);
  const all = items.slice();
  if (count < 0) all.reverse();
  let left = count === 0 ? all.length : Math.abs(count);
  const kept = all.filter((item) => item !== element || left-- <= 0);
  const removed = all.length - kept.length;
  if (removed === 0) return 0;
  if (count < 0) kept.reverse();
  items.dropFirst(all.length);
  for (const one of kept) items.push(one);
  changed(db, key, items);
  return removed;
}

const of = (answer: (items: Deque, args: Arguments) => Reply, arity: number) => ({
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
  llen: of((items) => items.size, 2),
  lindex: of((items, args) => (items.size === 0 ? null : (items.at(args.integer()) ?? null)), 3),
  lrange: { arity: 4, keys: [1, 1, 1], run: range },
};
