import type { Call, Commands } from '../command.ts';
import type { Database } from '../database.ts';
import { addElement, estimate, registersOf } from '../hyperloglog.ts';
import { Registers } from '../registers.ts';
import { OK, type Reply, wrongType } from '../reply.ts';

/** @throws CommandError WRONGTYPE when the key holds something else */
function read(db: Database, key: string): Registers | undefined {
  const value = db.get(key);
  if (value === undefined) return undefined;
  if (value.kind === 'hyperloglog') return value.registers;
  if (value.kind === 'string') return registersOf(value.text);
  throw wrongType();
}

function add({ db, args }: Call): Reply {
  const key = args.next();
  const found = read(db, key);
  const registers = found ?? new Registers();
  let grew = found === undefined;
  for (const element of args.rest()) grew = addElement(registers, element) || grew;
  if (grew) db.put(key, { kind: 'hyperloglog', registers }, 'keep');
  return grew ? 1 : 0;
}

function union(db: Database, keys: readonly string[]): Registers {
  const registers = new Registers();
  for (const key of keys) {
    const found = read(db, key);
    if (found) registers.merge(found);
  }
  return registers;
}

function count({ db, args }: Call): Reply {
  const keys = args.rest();
  const [only = '', ...others] = keys;
  return estimate(others.length > 0 ? union(db, keys) : (read(db, only) ?? new Registers()));
}

function merge({ db, args }: Call): Reply {
  const [target = '', ...sources] = args.rest();
  db.put(target, { kind: 'hyperloglog', registers: union(db, [target, ...sources]) }, 'keep');
  return OK;
}

/** https://redis.io/docs/latest/commands/?group=hyperloglog */
export const hyperloglogCommands: Commands = {
  pfadd: { arity: -2, writes: true, grows: true, keys: [1, 1, 1], run: add },
  pfcount: { arity: -2, mayReplicate: true, keys: [1, -1, 1], run: count },
  pfmerge: { arity: -2, writes: true, grows: true, keys: [1, -1, 1], run: merge },
};
