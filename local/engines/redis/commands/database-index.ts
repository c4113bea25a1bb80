import type { Arguments } from '../arguments.ts';
import type { Database } from '../database.ts';
import { CommandError } from '../reply.ts';
import type { State } from '../state.ts';

/** The next argument as the number of a database, which need not be there. @throws CommandError when it is none of 32 bits */
export function databaseIndex(args: Arguments): number {
  const index = args.integer();
  if (index !== (index | 0))
    throw new CommandError('ERR value is out of range, value must between -2147483648 and 2147483647');
  return index;
}

/** @throws CommandError when it is not there */
export function databaseAt({ databases }: State, index: number): Database {
  const db = databases[index];
  if (!db) throw new CommandError('ERR DB index is out of range');
  return db;
}
