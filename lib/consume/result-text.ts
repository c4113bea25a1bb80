import { isBoxedPrimitive, isMap, isPromise, isSet } from 'node:util/types';
import { isA, isError, isList, memberOf } from '../core/guarded.ts';
import { describeThrown } from '../core/thrown.ts';
import { SluiceError } from '../sdk/errors.ts';
import { Rejected } from '../sdk/result.ts';

const LONGEST_RESULT = 1_048_576;
/** As deep as data may be (docs/http.md). */
const DEEPEST_RESULT = 64;

/**
 * What a handler returned, as JSON text (protocol: described-once). Each member is read once, and none beyond the bounds.
 * @returns undefined where it is no result
 * @throws SluiceError `invalid-result` for what JSON cannot carry, errors and promises among it, and for what is too large or too deep
 */
export function resultText(result: unknown): string | undefined {
  if (result === undefined) return undefined;
  const text = written(result);
  if (text === undefined) throw invalid('it is not what JSON can carry');
  if (Buffer.byteLength(text) > LONGEST_RESULT) throw tooLarge();
  return text;
}

const invalid = (why: string): SluiceError => new SluiceError('invalid-result', `the result cannot be kept: ${why}`);
const tooLarge = (): SluiceError => invalid(`it has more than ${LONGEST_RESULT} bytes, or members`);

type Kinds = readonly (readonly [what: string, is: (value: object) => boolean])[];

/**
 * What is no result whatever its toJSON says, and whatever realm it is of. What can be waited for is a promise: `await` waits for a result
 * that is one, and for none within. A rejection refuses as the whole result alone.
 */
const refused: Kinds = [
  ['an error', isError],
  ['a promise', (value) => isPromise(value) || typeof memberOf(value, 'then') === 'function'],
  ['a rejection', (value) => isA(value, Rejected)],
];

/** What JSON would make something else of without a word. */
const lost: Kinds = [
  ['a map', (value) => isMap(value) || isA(value, Map)],
  ['a set', (value) => isSet(value) || isA(value, Set)],
  ['an object of which JSON says nothing', isOpaque],
  // The driver gives one for an integer that no number holds, and JSON would say its two halves.
  ['an integer of MongoDB beyond 2^53', (value) => memberOf(value, '_bsontype') === 'Long'],
];

/** JSON would say `{}` of an object of a class without members to be seen, such as an iterator, a RegExp or a WeakRef. */
function isOpaque(value: object): boolean {
  if (typeof value === 'function' || isList(value) || isBoxedPrimitive(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return false;
  // Of another realm that is what stands above plain objects.
  return Object.getPrototypeOf(prototype) !== null && Object.keys(value).length === 0;
}

function refuse(value: unknown, kinds: Kinds): void {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return;
  const [what] = kinds.find(([, is]) => is(value)) ?? [];
  if (what !== undefined) throw invalid(`there is ${what} in it`);
}

function written(result: unknown): string | undefined {
  try {
    const said = spoken(result, '');
    if (isSilent(said)) return undefined;
    const writer = new Writer();
    writer.write(said, 0);
    return writer.text;
  } catch (error) {
    if (isA(error, SluiceError)) throw error;
    throw invalid(describeThrown(error).message);
  }
}

/** What a value says of itself by toJSON; else as it is. */
function spoken(value: unknown, name: string): unknown {
  const isPrimitive = typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'bigint';
  if (isPrimitive || value === null) return value;
  refuse(value, refused);
  // It has a member for each element, of eight bytes at most, and a Buffer makes a list of them.
  if (ArrayBuffer.isView(value) && value.byteLength > LONGEST_RESULT * 8) throw tooLarge();
  const toJson: unknown =
    typeof value === 'bigint' ? memberOf(BigInt.prototype, 'toJSON') : Reflect.get(value, 'toJSON');
  const said: unknown = typeof toJson === 'function' ? Reflect.apply(toJson, value, [name]) : value;
  if (said !== value) refuse(said, refused);
  refuse(said, lost);
  return said;
}

/** In a list JSON says null of it, and elsewhere nothing. */
const isSilent = (said: unknown): boolean =>
  said === undefined || typeof said === 'function' || typeof said === 'symbol';

/**
 * As JSON.stringify writes, which would read everything before anybody could see that it is too much: a list of which one item is set may
 * have four billion. https://tc39.es/ecma262/#sec-serializejsonproperty
 */
class Writer {
  text = '';
  #looks = 0;

  /** @param said what is not silent */
  write(said: unknown, depth: number): void {
    if (depth > DEEPEST_RESULT) throw invalid(`it is nested deeper than ${DEEPEST_RESULT} levels`);
    if (typeof said === 'string') this.#put(quoted(said));
    else if (typeof said !== 'object' || said === null || isBoxedPrimitive(said)) this.#put(JSON.stringify(said));
    else if (isList(said)) this.#list(said, depth);
    else this.#members(said, depth);
  }

  #put(piece: string): void {
    this.text += piece;
    // None is less than a byte.
    if (this.text.length > LONGEST_RESULT) throw tooLarge();
  }

  #list(list: readonly unknown[], depth: number): void {
    this.#put('[');
    const length = Number(list.length);
    // Of each item there is a character, and a comma.
    if (length * 2 > LONGEST_RESULT) throw tooLarge();
    for (let index = 0; index < length; index++) {
      if (index > 0) this.#put(',');
      const said = this.#look(list[index], index);
      if (isSilent(said)) this.#put('null');
      else this.write(said, depth + 1);
    }
    this.#put(']');
  }

  #members(value: object, depth: number): void {
    let parting = '{';
    for (const name of Object.keys(value)) {
      const said = this.#look(Reflect.get(value, name), name);
      if (isSilent(said)) continue;
      this.#put(`${parting}${quoted(name)}:`);
      parting = ',';
      this.write(said, depth + 1);
    }
    this.#put(parting === '{' ? '{}' : '}');
  }

  /** What is left out is looked at all the same. */
  #look(value: unknown, name: string | number): unknown {
    if (++this.#looks > LONGEST_RESULT) throw tooLarge();
    return spoken(value, String(name));
  }
}

function quoted(text: string): string {
  if (text.length > LONGEST_RESULT) throw tooLarge();
  return JSON.stringify(text);
}
