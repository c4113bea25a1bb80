import { MongoFault } from '../errors.ts';
import type { Role } from '../transaction/enter.ts';
import { type Doc, toNumber } from '../value/types.ts';
import { documentIn, onlyKnown } from './arguments.ts';
import type { Command } from './context.ts';

const levels = new Set(['local', 'available', 'majority', 'linearizable', 'snapshot']);
const readFields = new Set(['level', 'afterClusterTime', 'provenance']);
const writeFields = new Set(['w', 'j', 'wtimeout', 'fsync', 'provenance']);

/**
 * One server holds everything in memory, so every concern that one member can meet is met.
 * https://www.mongodb.com/docs/manual/reference/read-concern/ and write-concern/
 * @returns the error that a write is answered with, beside its result, when more members would be needed
 * @throws MongoFault InvalidOptions, FailedToParse
 */
export function checkConcerns(name: string, command: Command, given: Doc, role: Role): MongoFault | undefined {
  const read = documentIn(given, 'readConcern', name);
  if (read) refuseRead(name, command, read, role);
  const write = documentIn(given, 'writeConcern', name);
  return write && checkWrite(name, command, write, role);
}

/** https://github.com/mongodb/specifications/blob/master/source/read-write-concern/read-write-concern.md */
export const concernReply = ({ code, codeName, message }: MongoFault, given: Doc): Doc => ({
  writeConcernError: { code, codeName, errmsg: message, errInfo: { writeConcern: given.writeConcern } },
});

function refuseRead(name: string, command: Command, read: Doc, role: Role): void {
  onlyKnown(read, readFields, 'readConcern');
  const level = read.level ?? 'local';
  if (typeof level !== 'string' || !levels.has(level))
    throw new MongoFault(
      'BadValue',
      `Enumeration value '${String(level)}' for field 'readConcern.level' is not a valid value.`,
    );
  if (level === 'snapshot' && !role.transaction)
    throw new MongoFault('NotImplemented', 'this engine reads snapshots only in transactions');
  if (Object.keys(read).length > 0 && !command.reads && !role.transaction && level !== 'local')
    throw new MongoFault('InvalidOptions', `Command ${name} does not support { readConcern: { level: "${level}" } }`);
}

function checkWrite(name: string, command: Command, write: Doc, role: Role): MongoFault | undefined {
  onlyKnown(write, writeFields, 'writeConcern');
  const { w } = write;
  if (!command.writes && Object.keys(write).length > 0)
    throw new MongoFault('InvalidOptions', `Command ${name} does not support writeConcern`);
  if (role.transaction && name !== 'commitTransaction' && name !== 'abortTransaction' && Object.keys(write).length > 0)
    throw new MongoFault('InvalidOptions', 'writeConcern is not allowed within a multi-statement transaction');
  if (w === undefined || w === 'majority') return undefined;
  const number = toNumber(w);
  if (typeof w === 'string')
    return new MongoFault(
      'UnknownReplWriteConcern',
      `No write concern mode named '${w}' found in replica set configuration`,
    );
  if (number === undefined || !Number.isInteger(number) || number < 0)
    throw new MongoFault('FailedToParse', 'w has to be a number, string, or object');
  return number > 1 ? new MongoFault('UnsatisfiableWriteConcern', 'Not enough data-bearing nodes') : undefined;
}
