import { type Arguments, add64, integer64 } from '../arguments.ts';
import type { Call, Commands } from '../command.ts';
import type { Database } from '../database.ts';
import { addFloats, checkFinite } from '../long-double.ts';
import { Register } from '../register.ts';
import { CommandError, OK, Pairs, type Reply } from '../reply.ts';
import { Field } from '../value.ts';
import { scanMembers } from './scan-members.ts';

type Fields = Register<Field>;

const read = (db: Database, key: string): Fields => db.find(key, 'hash')?.fields ?? new Register<Field>();

function write(fields: Fields, name: string, value: string): void {
  const found = fields.get(name);
  if (found) found.value = value;
  else fields.add(new Field(name, value));
}

/** Changes a hash, which comes and goes with its first and last field. */
function change<Answer>(db: Database, key: string, work: (fields: Fields) => Answer): Answer {
  const found = db.find(key, 'hash');
  const fields = found?.fields ?? new Register<Field>();
  const answer = work(fields);
  if (fields.size === 0) db.delete(key);
  else if (found) db.touch(key);
  else db.put(key, { kind: 'hash', fields });
  return answer;
}

function set({ db, args, name }: Call): Reply {
  const key = args.next();
  const pairs = args.pairs(() => new CommandError(`ERR wrong number of arguments for '${name}' command`));
  const added = change(db, key, (fields) => {
    const before = fields.size;
    for (const [field, value] of pairs) write(fields, field, value);
    return fields.size - before;
  });
  return name === 'hmset' ? OK : added;
}

function setIfAbsent({ db, args }: Call): Reply {
  const key = args.next();
  const field = args.next();
  if (read(db, key).has(field)) return 0;
  return change(db, key, (fields) => {
    write(fields, field, args.next());
    return 1;
  });
}

function remove({ db, args }: Call): Reply {
  const key = args.next();
  const gone = args.rest();
  const found = read(db, key);
  if (!gone.some((field) => found.has(field))) return 0;
  return change(db, key, (fields) => gone.filter((field) => fields.delete(field)).length);
}

function increment({ db, args }: Call): Reply {
  const key = args.next();
  const field = args.next();
  const by = integer64(args.next());
  const old = read(db, key).get(field)?.value ?? '0';
  const sum = add64(
    integer64(old, () => new CommandError('ERR hash value is not an integer')),
    by,
  );
  change(db, key, (fields) => write(fields, field, String(sum)));
  return sum;
}

function incrementByFloat({ db, args }: Call): Reply {
  const key = args.next();
  const field = args.next();
  const by = args.next();
  checkFinite(by);
  const old = read(db, key).get(field)?.value ?? '0';
  const sum = addFloats(old, by, () => new CommandError('ERR hash value is not a float'));
  change(db, key, (fields) => write(fields, field, sum));
  return sum;
}

const of = (answer: (fields: Fields, args: Arguments) => Reply, arity: number) => ({
  arity,
  keys: [1, 1, 1] as const,
  run: ({ db, args }: Call): Reply => answer(read(db, args.next()), args),
});

/** https://redis.io/docs/latest/commands/?group=hash */
export const hashCommands: Commands = {
  hset: { arity: -4, writes: true, grows: true, keys: [1, 1, 1], run: set },
  hmset: { arity: -4, writes: true, grows: true, keys: [1, 1, 1], run: set },
  hsetnx: { arity: 4, writes: true, grows: true, keys: [1, 1, 1], run: setIfAbsent },
  hdel: { arity: -3, writes: true, keys: [1, 1, 1], run: remove },
  hincrby: { arity: 4, writes: true, grows: true, keys: [1, 1, 1], run: increment },
  hincrbyfloat: { arity: 4, writes: true, grows: true, keys: [1, 1, 1], run: incrementByFloat },
  hget: of((fields, args) => fields.get(args.next())?.value ?? null, 3),
  hmget: of((fields, args) => args.rest().map((field) => fields.get(field)?.value ?? null), -3),
  hgetall: of((fields) => new Pairs(fields.items.flatMap(({ name, value }) => [name, value])), 2),
  hexists: of((fields, args) => (fields.has(args.next()) ? 1 : 0), 3),
  hlen: of((fields) => fields.size, 2),
  hstrlen: of((fields, args) => fields.get(args.next())?.value.length ?? 0, 3),
  hkeys: of((fields) => fields.items.map(({ name }) => name), 2),
  hvals: of((fields) => fields.items.map(({ value }) => value), 2),
  hscan: {
    arity: -3,
    keys: [1, 1, 1],
    run: (call) =>
      scanMembers(
        call,
        (key) => read(call.db, key),
        ({ value }) => [value],
      ),
  },
};
