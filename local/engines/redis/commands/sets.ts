import { type Arguments, integer, integer64 } from '../arguments.ts';
import type { Call, Commands } from '../command.ts';
import type { Database } from '../database.ts';
import { Named, Register } from '../register.ts';
import { CommandError, Members, type Reply, syntaxError } from '../reply.ts';
import { scanMembers } from './scan-members.ts';

type Names = Register<Named>;

const read = (db: Database, key: string): Names => db.find(key, 'set')?.members ?? new Register();

function add({ db, args }: Call): Reply {
  const key = args.next();
  const found = db.find(key, 'set');
  const members = found?.members ?? new Register<Named>();
  const before = members.size;
  for (const member of args.rest()) if (!members.has(member)) members.add(new Named(member));
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

const namesOf = (members: Names): string[] => members.items.map(({ name }) => name);

/** So many different ones. Most of them: the others are put aside; few of them: each is drawn until it is a new one. */
function pick(members: Names, count: number): string[] {
  if (count * 2 >= members.size) return shuffled(namesOf(members)).slice(0, count);
  const picked = new Set<string>();
  while (picked.size < count) picked.add(members.random()?.name ?? '');
  return [...picked];
}

/** Fisher and Yates. */
function shuffled(list: string[]): string[] {
  for (let index = 0; index < list.length; index++) {
    const other = index + Math.floor(Math.random() * (list.length - index));
    [list[index], list[other]] = [list[other] ?? '', list[index] ?? ''];
  }
  return list;
}

function pop({ db, args }: Call): Reply {
  const key = args.next();
  if (args.left > 1) throw syntaxError();
  if (args.left === 0) {
    const one = read(db, key).random();
    if (one) removeAll(db, key, [one.name]);
    return one?.name ?? null;
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
  if (args.left === 0) return read(db, key).random()?.name ?? null;
  const given = integer64(args.next());
  if (given === -(2n ** 63n)) throw outOfRange();
  const members = read(db, key);
  const count = Number(given);
  if (-count > MOST_REPEATED && members.size > 0) throw outOfRange();
  if (count >= 0) return pick(members, count);
  if (members.size === 0) return [];
  return Array.from({ length: -count }, () => members.random()?.name ?? null);
}

const of = (answer: (members: Names, args: Arguments) => Reply, arity: number) => ({
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
  smembers: of((members) => new Members(namesOf(members)), 2),
  sismember: of((members, args) => (members.has(args.next()) ? 1 : 0), 3),
  smismember: of((members, args) => args.rest().map((member) => (members.has(member) ? 1 : 0)), -3),
  scard: of((members) => members.size, 2),
  sscan: {
    arity: -3,
    keys: [1, 1, 1],
    run: (call) =>
      scanMembers(
        call,
        (key) => read(call.db, key),
        () => [],
      ),
  },
};
