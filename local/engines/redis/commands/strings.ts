import { add64, integer64 } from '../arguments.ts';
import type { Call, Commands } from '../command.ts';
import type { Database } from '../database.ts';
import { hyperloglogText } from '../hyperloglog.ts';
import { addFloats } from '../long-double.ts';
import { CommandError, OK, type Reply, syntaxError, wrongType } from '../reply.ts';
import type { Time } from '../value.ts';
import { expiryOption } from './expiry-time.ts';
import { setOptions } from './set-options.ts';

/** @throws CommandError WRONGTYPE. A HyperLogLog is a string to all commands but its own. */
export function readText(db: Database, key: string): string | undefined {
  const value = db.get(key);
  if (value === undefined) return undefined;
  if (value.kind === 'string') return value.text;
  if (value.kind === 'hyperloglog') return hyperloglogText(value.registers);
  throw wrongType();
}

const putText = (db: Database, key: string, text: string, expireAt?: Time | 'keep') =>
  db.put(key, { kind: 'string', text }, expireAt);

function set(call: Call): Reply {
  const { args, db } = call;
  const key = args.next();
  const text = args.next();
  const { condition, get, expiry } = setOptions(args, call);
  const old = get ? readText(db, key) : undefined;
  const exists = db.get(key) !== undefined;
  const refused = (condition === 'NX' && exists) || (condition === 'XX' && !exists);
  if (!refused) {
    putText(db, key, text, expiry);
    if (expiry !== undefined && expiry !== 'keep') db.setExpiry(key, expiry);
  }
  if (get) return old ?? null;
  return refused ? null : OK;
}

function getEx(call: Call): Reply {
  const { args, db } = call;
  const key = args.next();
  let expiry: (() => Time | undefined) | undefined;
  let lasting: string | undefined;
  while (args.left > 0) {
    const word = args.word();
    if ((lasting ?? word) !== word) throw syntaxError();
    lasting = word;
    expiry = word === 'PERSIST' ? () => undefined : expiryOption(word, args, call);
  }
  const text = readText(db, key);
  if (text !== undefined && expiry) db.setExpiry(key, expiry());
  return text ?? null;
}

function increment(db: Database, key: string, by: bigint): bigint {
  const sum = add64(integer64(readText(db, key) ?? '0'), by);
  putText(db, key, String(sum), 'keep');
  return sum;
}

function decrementBy({ db, args }: Call): Reply {
  const key = args.next();
  const by = integer64(args.next());
  if (by === -(2n ** 63n)) throw new CommandError('ERR decrement would overflow');
  return increment(db, key, -by);
}

function incrementByFloat({ db, args }: Call): Reply {
  const key = args.next();
  const old = readText(db, key) ?? '0';
  const sum = addFloats(old, args.next());
  putText(db, key, sum, 'keep');
  return sum;
}

function setMany({ db, args, name }: Call): Reply {
  const pairs = args.pairs(() => new CommandError(`ERR wrong number of arguments for '${name}' command`));
  if (name === 'msetnx' && pairs.some(([key]) => db.get(key) !== undefined)) return 0;
  for (const [key, text] of pairs) putText(db, key, text);
  return name === 'msetnx' ? 1 : OK;
}

function setWithTime(unit: 'EX' | 'PX') {
  return (call: Call): Reply => {
    const { args, db } = call;
    const key = args.next();
    const expiry = expiryOption(unit, args, call)();
    putText(db, key, args.next(), expiry);
    return OK;
  };
}

/** https://redis.io/docs/latest/commands/?group=string */
export const stringCommands: Commands = {
  set: { arity: -3, writes: true, grows: true, keys: [1, 1, 1], run: set },
  setnx: {
    arity: 3,
    writes: true,
    grows: true,
    keys: [1, 1, 1],
    run: ({ db, args }) => {
      const key = args.next();
      if (db.get(key) !== undefined) return 0;
      putText(db, key, args.next());
      return 1;
    },
  },
  setex: { arity: 4, writes: true, grows: true, keys: [1, 1, 1], run: setWithTime('EX') },
  psetex: { arity: 4, writes: true, grows: true, keys: [1, 1, 1], run: setWithTime('PX') },
  get: { arity: 2, keys: [1, 1, 1], run: ({ db, args }) => readText(db, args.next()) ?? null },
  getset: {
    arity: 3,
    writes: true,
    grows: true,
    keys: [1, 1, 1],
    run: ({ db, args }) => {
      const key = args.next();
      const old = readText(db, key);
      putText(db, key, args.next());
      return old ?? null;
    },
  },
  getdel: {
    arity: 2,
    writes: true,
    keys: [1, 1, 1],
    run: ({ db, args }) => {
      const key = args.next();
      const text = readText(db, key);
      db.delete(key);
      return text ?? null;
    },
  },
  getex: { arity: -2, writes: true, keys: [1, 1, 1], run: getEx },
  mget: {
    arity: -2,
    keys: [1, -1, 1],
    run: ({ db, args }) =>
      args.rest().map((key) => {
        const kind = db.get(key)?.kind;
        return kind === 'string' || kind === 'hyperloglog' ? (readText(db, key) ?? null) : null;
      }),
  },
  mset: { arity: -3, writes: true, grows: true, keys: [1, -1, 2], run: setMany },
  msetnx: { arity: -3, writes: true, grows: true, keys: [1, -1, 2], run: setMany },
  incr: { arity: 2, writes: true, grows: true, keys: [1, 1, 1], run: ({ db, args }) => increment(db, args.next(), 1n) },
  decr: {
    arity: 2,
    writes: true,
    grows: true,
    keys: [1, 1, 1],
    run: ({ db, args }) => increment(db, args.next(), -1n),
  },
  incrby: {
    arity: 3,
    writes: true,
    grows: true,
    keys: [1, 1, 1],
    run: ({ db, args }) => increment(db, args.next(), integer64(args.next())),
  },
  decrby: { arity: 3, writes: true, grows: true, keys: [1, 1, 1], run: decrementBy },
  incrbyfloat: { arity: 3, writes: true, grows: true, keys: [1, 1, 1], run: incrementByFloat },
  append: {
    arity: 3,
    writes: true,
    grows: true,
    keys: [1, 1, 1],
    run: ({ db, args }) => {
      const key = args.next();
      const text = (readText(db, key) ?? '') + args.next();
      putText(db, key, text, 'keep');
      return text.length;
    },
  },
  strlen: { arity: 2, keys: [1, 1, 1], run: ({ db, args }) => readText(db, args.next())?.length ?? 0 },
};
