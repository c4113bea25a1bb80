import { type Arguments, integer, integer64 } from '../arguments.ts';
import type { Call, Commands } from '../command.ts';
import type { Database } from '../database.ts';
import { CommandError, Members, type Reply, syntaxError } from '../reply.ts';
import { scanMembers } from './scan-members.ts';

const read = (db: Database, key: string): ReadonlySet<string> => db.find(key, 'set')?.members ?? new Set();

function add({ db, args }: Call): Reply {
  const key = args.next();
  const found = db.find(key, 'set');
  const members = found?.members ?? new Set<string>();
  const before = members.size;
  for (const member of args.rest()) members.add(member);
  if (!found) db.put(key, { kind: 'set', members });
  else if (members.size > before) db.touch(key);
  return members.size - before;
}

function removeAll(db: Database, key: string, gone: readonly string[]): number {
  const members = db.find(key, 'set')?.members;
  if (!members) return 0;
  const removed = gone.filter((member) => members.delete(member)).length;
  if (members.size === 0) db.delete(key);
  else if (removed > 0) db.touch(key);
  return removed;
}

/** With repeats the server tries to answer with as many as are asked for, until it has no memory left. */
const MOST_REPEATED = 10_000_000;
const outOfRange = () =>
  new CommandError('ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807');

/** Fisher and Yates, as far as needed. */
function pick(members: ReadonlySet<string>, count: number): string[] {
  const list = [...members];
  const end = Math.min(count, list.length);
  for (let index = 0; index < end; index++) {
    const other = index + Math.floor(Math.random() * (list.length - index));
    [list[index], list[other]] = [list[other] ?? '', list[index] ?? ''];
  }
  return list.slice(0, end);
}

function pop({ db, args }: Call): Reply {
  const key = args.next();
  if (args.left > 1) throw syntaxError();
  if (args.left === 0) {
    const [one] = pick(read(db, key), 1);
    if (one !== undefined) removeAll(db, key, [one]);
    return one ?? null;
  }
  const count = integer(args.next(), () => new CommandError('ERR value is out of range, must be positive'));
  if (count < 0) throw new CommandError('ERR value is out of range, must be positive');
  const gone = pick(read(db, key), count);
  removeAll(db, key, gone);
  return new Members(gone);
}

function random({ db, args }: Call): Reply {
  const key = args.next();
  if (args.left > 1) throw syntaxError();
  if (args.left === 0) return pick(read(db, key), 1)[0] ?? null;
  const given = integer64(args.next());
  if (given === -(2n ** 63n)) throw outOfRange();
  const members = read(db, key);
  const count = Number(given);
  if (-count > MOST_REPEATED && members.size > 0) throw outOfRange();
  if (count >= 0) return pick(members, count);
  const list = [...members];
  if (list.length === 0) return [];
  return Array.from({ length: -count }, () => list[Math.floor(Math.random() * list.length)] ?? null);
}

const of = (answer: (members: ReadonlySet<string>, args: Arguments) => Reply, arity: number) => ({
  arity,
  keys: [1, 1, 1] as const,
  run: ({ db, args }: Call): Reply => answer(read(db, args.next()), args),
});

/** https://redis.io/docs/latest/commands/?group=set */
export const setCommands: Commands = {
  sadd: { arity: -3, writes: true, grows: true, keys: [1, 1, 1], run: add },
  srem: {
    arity: -3,
    writes: true,
    keys: [1, 1, 1],
    run: ({ db, args }) => removeAll(db, args.next(), args.rest()),
  },
  spop: { arity: -2, writes: true, keys: [1, 1, 1], run: pop },
  srandmember: { arity: -2, keys: [1, 1, 1], run: random },
  smembers: of((members) => new Members([...members]), 2),
  sismember: of((members, args) => (members.has(args.next()) ? 1 : 0), 3),
  smismember: of((members, args) => args.rest().map((member) => (members.has(member) ? 1 : 0)), -3),
  scard: of((members) => members.size, 2),
  sscan: {
    arity: -3,
    keys: [1, 1, 1],
    run: (call) => scanMembers(call, (key) => [...read(call.db, key)].map((member) => [member])),
  },
};
