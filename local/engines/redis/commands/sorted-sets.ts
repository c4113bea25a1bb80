import { type Arguments, integer } from '../arguments.ts';
import type { Call, Commands } from '../command.ts';
import type { Database } from '../database.ts';
import { float, formatDouble, formatLong } from '../float-text.ts';
import { CommandError, Double, type Reply, syntaxError } from '../reply.ts';
import { type Scored, SortedSet } from '../sorted-set.ts';
import { scanMembers } from './scan-members.ts';

export const readSet = (db: Database, key: string): SortedSet => db.find(key, 'zset')?.set ?? new SortedSet();

/** Changes a sorted set, which comes and goes with its first and last member. */
export function changeSet<Answer>(db: Database, key: string, work: (set: SortedSet) => Answer): Answer {
  const found = db.find(key, 'zset');
  const set = found?.set ?? new SortedSet();
  const before = set.changes;
  const answer = work(set);
  if (set.size === 0) db.delete(key);
  else if (found) {
    if (set.changes !== before) db.touch(key);
  } else db.put(key, { kind: 'zset', set });
  return answer;
}

const words = ['NX', 'XX', 'GT', 'LT', 'CH', 'INCR'];

function addOptions(args: Arguments): Set<string> {
  const given = new Set<string>();
  for (let word = words.find((one) => args.skip(one)); word; word = words.find((one) => args.skip(one)))
    given.add(word);
  return given;
}

function checkOptions(given: ReadonlySet<string>, pairs: number): void {
  if (given.has('NX') && given.has('XX'))
    throw new CommandError('ERR XX and NX options at the same time are not compatible');
  if ([given.has('GT'), given.has('LT'), given.has('NX')].filter(Boolean).length > 1)
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible');
  if (given.has('INCR') && pairs > 1)
    throw new CommandError('ERR INCR option supports a single increment-element pair');
}

function refuses(given: ReadonlySet<string>, old: number | undefined, score: number): boolean {
  if (old === undefined) return given.has('XX');
  return given.has('NX') || (given.has('GT') && score <= old) || (given.has('LT') && score >= old);
}

function sum(old: number | undefined, by: number): number {
  const score = old === undefined ? by : old + by;
  if (Number.isNaN(score)) throw new CommandError('ERR resulting score is not a number (NaN)');
  return score;
}

/** https://redis.io/docs/latest/commands/zadd/ */
function add({ db, args }: Call): Reply {
  const key = args.next();
  const given = addOptions(args);
  if (args.left === 0) throw syntaxError();
  const pairs = args.pairs();
  checkOptions(given, pairs.length);
  const scored = pairs.map(([score, member]) => ({ score: float(score), member }));
  return changeSet(db, key, (set) => {
    let added = 0;
    let updated = 0;
    let last: number | undefined;
    for (const { member, score: by } of scored) {
      const old = set.score(member);
      const score = given.has('INCR') ? sum(old, by) : by;
      if (refuses(given, old, score)) continue;
      if (old === undefined) added++;
      else if (old !== score) updated++;
      set.set(member, score);
      last = score;
    }
    if (given.has('INCR')) return last === undefined ? null : new Double(last);
    return given.has('CH') ? added + updated : added;
  });
}

function increment({ db, args }: Call): Reply {
  const key = args.next();
  const by = float(args.next());
  const member = args.next();
  return changeSet(db, key, (set) => {
    const score = sum(set.score(member), by);
    set.set(member, score);
    return new Double(score);
  });
}

function remove({ db, args }: Call): Reply {
  const key = args.next();
  const gone = args.rest();
  const found = readSet(db, key);
  if (!gone.some((member) => found.score(member) !== undefined)) return 0;
  return changeSet(db, key, (set) => gone.filter((member) => set.delete(member)).length);
}

function rank({ db, args, name }: Call): Reply {
  const set = readSet(db, args.next());
  const place = set.rank(args.next());
  if (place === undefined) return null;
  return name === 'zrank' ? place : set.size - 1 - place;
}

function pop({ db, args, name, session }: Call): Reply {
  const key = args.next();
  if (args.left > 1) throw syntaxError();
  const outOfRange = () => new CommandError('ERR value is out of range, must be positive');
  const single = args.left === 0;
  const count = single ? 1 : integer(args.next(), outOfRange);
  if (count < 0) throw outOfRange();
  const { size } = readSet(db, key);
  const popped = Math.min(count, size);
  const from = name === 'zpopmin' ? 0 : size - popped;
  const gone = popped === 0 ? [] : changeSet(db, key, (set) => set.deleteRange(from, from + popped));
  if (name === 'zpopmax') gone.reverse();
  // RESP3 nests the pairs only when a count was given.
  if (session.replyProtocol === 3 && !single) return gone.map(({ name: member, score }) => [member, new Double(score)]);
  return gone.flatMap(({ name: member, score }) => [member, new Double(score)]);
}

/** As ZSCAN writes a score: text holds whole numbers with all their digits. */
const scanned = (set: SortedSet, score: number): string =>
  (set.compact ? formatLong(score) : undefined) ?? formatDouble(score);

const of = (answer: (set: SortedSet, args: Arguments) => Reply, arity: number) => ({
  arity,
  keys: [1, 1, 1] as const,
  run: ({ db, args }: Call): Reply => answer(readSet(db, args.next()), args),
});

const scoreOf = (set: SortedSet, member: string): Reply => {
  const score = set.score(member);
  return score === undefined ? null : new Double(score);
};

/** https://redis.io/docs/latest/commands/?group=sorted-set */
export const sortedSetCommands: Commands = {
  zadd: { arity: -4, writes: true, grows: true, keys: [1, 1, 1], run: add },
  zincrby: { arity: 4, writes: true, grows: true, keys: [1, 1, 1], run: increment },
  zrem: { arity: -3, writes: true, keys: [1, 1, 1], run: remove },
  zpopmin: { arity: -2, writes: true, keys: [1, 1, 1], run: pop },
  zpopmax: { arity: -2, writes: true, keys: [1, 1, 1], run: pop },
  zscore: of((set, args) => scoreOf(set, args.next()), 3),
  zmscore: of((set, args) => args.rest().map((member) => scoreOf(set, member)), -3),
  zcard: of((set) => set.size, 2),
  zrank: { arity: 3, keys: [1, 1, 1], run: rank },
  zrevrank: { arity: 3, keys: [1, 1, 1], run: rank },
  zscan: {
    arity: -3,
    keys: [1, 1, 1],
    run: (call) =>
      scanMembers(
        call,
        (key) => readSet(call.db, key),
        ({ score }: Scored, set) => [scanned(set, score)],
      ),
  },
};
