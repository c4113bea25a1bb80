import { type Arguments, integer64 } from '../arguments.ts';
import type { Call } from '../command.ts';
import { CommandError, syntaxError } from '../reply.ts';
import type { Time } from '../value.ts';

interface Unit {
  /** Milliseconds. */
  scale: number;
  absolute: boolean;
}

const units: Readonly<Record<string, Unit>> = {
  EX: { scale: 1000, absolute: false },
  PX: { scale: 1, absolute: false },
  EXAT: { scale: 1000, absolute: true },
  PXAT: { scale: 1, absolute: true },
};

/**
 * Reads the time after one of the options EX, PX, EXAT and PXAT.
 * @returns what gives it in epoch ms, or throws a CommandError when it is no positive integer: GETEX asks only for a key that exists
 * @throws CommandError for another word
 */
export function expiryOption(word: string, args: Arguments, { db, name }: Pick<Call, 'db' | 'name'>): () => Time {
  const unit = units[word];
  if (!unit) throw syntaxError();
  const text = args.next();
  return () => expiryAt(unit, text, db.now, name);
}

function expiryAt(unit: Unit, text: string, now: number, name: string): Time {
  const amount = integer64(text);
  if (amount <= 0n) throw invalidTime(name);
  return expiryTime(amount, unit.scale, unit.absolute ? 0 : now, name);
}

const invalidTime = (name: string) => new CommandError(`ERR invalid expire time in '${name}' command`);

/** @returns epoch ms @throws CommandError when that, or the amount in ms, is no 64-bit integer */
export function expiryTime(amount: bigint, scale: number, start: number, name: string): Time {
  const few = Number(amount) * scale;
  if (Number.isSafeInteger(few) && Number.isSafeInteger(few + start)) return few + start;
  const span = amount * BigInt(scale);
  const at = span + BigInt(start);
  if (span !== BigInt.asIntN(64, span) || at !== BigInt.asIntN(64, at)) throw invalidTime(name);
  return Number.isSafeInteger(Number(at)) ? Number(at) : at;
}
