import { type Arguments, integer64 } from '../arguments.ts';
import { cString } from '../c-string.ts';
import type { Call, Commands } from '../command.ts';
import { copyOf } from '../copy-value.ts';
import type { Database } from '../database.ts';
import { selects } from '../glob.ts';
import { CommandError, OK, type Reply, Simple, syntaxError } from '../reply.ts';
import type { Time } from '../value.ts';
import { databaseAt, databaseIndex } from './database-index.ts';
import { expiryTime } from './expiry-time.ts';

const remove = ({ db, args }: Call): Reply => args.rest().filter((key) => db.delete(key)).length;
const count = ({ db, args }: Call): Reply => args.rest().filter((key) => db.get(key) !== undefined).length;

export function typeOf(db: Database, key: string): string {
  const kind = db.get(key)?.kind;
  return kind === undefined ? 'none' : kind === 'hyperloglog' ? 'string' : kind;
}

const conditions = new Set(['NX', 'XX', 'GT', 'LT']);

function expiryConditions(args: Arguments): Set<string> {
  const given = new Set<string>();
  while (args.left > 0) {
    const option = args.next();
    if (!conditions.has(option.toUpperCase())) throw new CommandError(`ERR Unsupported option ${option}`);
    given.add(option.toUpperCase());
  }
  if (given.has('NX') && given.size > 1)
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible');
  if (given.has('GT') && given.has('LT'))
    throw new CommandError('ERR GT and LT options at the same time are not compatible');
  return given;
}

/** https://redis.io/docs/latest/commands/expire/ */
function expire(scale: number, absolute: boolean) {
  return ({ db, args, name }: Call): Reply => {
    const key = args.next();
    const text = args.next();
    const given = expiryConditions(args);
    const at = expiryTime(integer64(text), scale, absolute ? 0 : db.now, name);
    if (db.get(key) === undefined) return 0;
    const old = db.expireAt(key);
    const refused =
      (given.has('NX') && old !== undefined) ||
      (given.has('XX') && old === undefined) ||
      (given.has('GT') && at <= (old ?? Number.POSITIVE_INFINITY)) ||
      (given.has('LT') && at >= (old ?? Number.POSITIVE_INFINITY));
    if (refused) return 0;
    db.setExpiry(key, at);
    return 1;
  };
}

/** -2: no such key; -1: no expiry. https://redis.io/docs/latest/commands/ttl/ */
function expiry(answer: (at: Time, now: number) => Time) {
  return ({ db, args }: Call): Reply => {
    const key = args.next();
    if (db.get(key) === undefined) return -2;
    const at = db.expireAt(key);
    return at === undefined ? -1 : answer(at, db.now);
  };
}

function persist({ db, args }: Call): Reply {
  const key = args.next();
  if (db.expireAt(key) === undefined) return 0;
  db.setExpiry(key, undefined);
  return 1;
}

function rename({ db, args, name }: Call): Reply {
  const from = args.next();
  const to = args.next();
  const value = db.get(from);
  if (value === undefined) throw new CommandError('ERR no such key');
  if (name === 'renamenx' && db.get(to) !== undefined) return 0;
  const at = db.expireAt(from);
  db.delete(from);
  db.put(to, value, at);
  return name === 'renamenx' ? 1 : OK;
}

/** https://redis.io/docs/latest/commands/copy/ */
function copy({ db, args, state, session }: Call): Reply {
  const from = args.next();
  const to = args.next();
  let [into, index, replace] = [db, session.database, false];
  while (args.left > 0) {
    if (args.skip('REPLACE')) replace = true;
    else if (args.left > 1 && args.skip('DB')) {
      index = databaseIndex(args);
      into = databaseAt(state, index);
    } else throw syntaxError();
  }
  if (state.clusterRules && index !== 0)
    throw new CommandError('ERR Copying to another database is not allowed in cluster mode');
  if (into === db && from === to) throw new CommandError('ERR source and destination objects are the same');
  const value = db.get(from);
  if (value === undefined || (!replace && into.get(to) !== undefined)) return 0;
  into.put(to, copyOf(value), db.expireAt(from));
  return 1;
}

/** https://redis.io/docs/latest/commands/scan/ */
function scan({ db, args }: Call): Reply {
  const cursor = scanCursor(args.next());
  let pattern = '*';
  let type: string | undefined;
  let step = 10;
  while (args.left > 0) {
    const word = args.word();
    if (word === 'MATCH') pattern = args.next();
    else if (word === 'TYPE') type = args.next().toLowerCase();
    else if (word === 'COUNT') step = positive(args.integer());
    else throw syntaxError();
  }
  const { next, keys } = db.scan(cursor, step);
  const found = keys.filter((key) => selects(pattern, key) && (type === undefined || typeOf(db, key) === type));
  return [String(next), found];
}

/** As C's strtoul reads it: nothing at all is 0, and a zero byte ends it. */
export function scanCursor(given: string): number {
  const text = cString(given);
  const digits = /^[+-]?(\d+)$/.exec(text)?.[1] ?? (text === '' ? '0' : undefined);
  if (digits === undefined || BigInt(digits) > 2n ** 64n - 1n) throw new CommandError('ERR invalid cursor');
  return Number(digits);
}

export function positive(value: number): number {
  if (value < 1) throw syntaxError();
  return value;
}

function flush(databases: (call: Call) => Iterable<Database>) {
  return (call: Call): Reply => {
    const { args } = call;
    if (args.left > 0 && !args.skip('ASYNC') && !args.skip('SYNC')) throw syntaxError();
    if (args.left > 0) throw syntaxError();
    for (const db of databases(call)) db.clear();
    return OK;
  };
}

const until = (at: Time, now: number): Time => (typeof at === 'bigint' ? at - BigInt(now) : at - now);

const atSeconds = (ms: Time): Time => (typeof ms === 'bigint' ? (ms + 500n) / 1000n : Math.floor((ms + 500) / 1000));

/** https://redis.io/docs/latest/commands/?group=generic */
export const keyCommands: Commands = {
  del: { arity: -2, writes: true, keys: [1, -1, 1], run: remove },
  unlink: { arity: -2, writes: true, keys: [1, -1, 1], run: remove },
  exists: { arity: -2, keys: [1, -1, 1], run: count },
  touch: { arity: -2, keys: [1, -1, 1], run: count },
  type: { arity: 2, keys: [1, 1, 1], run: ({ db, args }) => new Simple(typeOf(db, args.next())) },
  expire: { arity: -3, writes: true, keys: [1, 1, 1], run: expire(1000, false) },
  pexpire: { arity: -3, writes: true, keys: [1, 1, 1], run: expire(1, false) },
  expireat: { arity: -3, writes: true, keys: [1, 1, 1], run: expire(1000, true) },
  pexpireat: { arity: -3, writes: true, keys: [1, 1, 1], run: expire(1, true) },
  ttl: { arity: 2, keys: [1, 1, 1], run: expiry((at, now) => atSeconds(until(at, now))) },
  pttl: { arity: 2, keys: [1, 1, 1], run: expiry(until) },
  expiretime: { arity: 2, keys: [1, 1, 1], run: expiry((at) => atSeconds(at)) },
  pexpiretime: { arity: 2, keys: [1, 1, 1], run: expiry((at) => at) },
  persist: { arity: 2, writes: true, keys: [1, 1, 1], run: persist },
  rename: { arity: 3, writes: true, keys: [1, 2, 1], run: rename },
  renamenx: { arity: 3, writes: true, keys: [1, 2, 1], run: rename },
  copy: { arity: -3, writes: true, grows: true, keys: [1, 2, 1], run: copy },
  scan: { arity: -2, run: scan },
  keys: {
    arity: 2,
    run: ({ db, args }) => {
      const pattern = args.next();
      return db.keys().filter((key) => selects(pattern, key));
    },
  },
  dbsize: { arity: 1, run: ({ db }) => db.size },
  flushdb: { arity: -1, writes: true, run: flush(({ db }) => [db]) },
  flushall: { arity: -1, writes: true, run: flush(({ state }) => state.databases) },
};
