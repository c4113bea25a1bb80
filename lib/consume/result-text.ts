import { isBoxedPrimitive } from 'node:util/types';
import { isA } from '../core/guarded.ts';
import { isDeeperThan } from '../core/message.ts';
import { describeThrown } from '../core/thrown.ts';
import { SluiceError } from '../sdk/errors.ts';
import { Rejected } from '../sdk/result.ts';

const LONGEST_RESULT = 1_048_576;
/** As deep as data may be (docs/http.md). */
const DEEPEST_RESULT = 64;

/**
 * What a handler returned, as JSON text (protocol: described-once).
 * @returns undefined where it is no result
 * @throws SluiceError `invalid-result` for what JSON cannot carry, errors and promises among it, and for what is too large or too deep
 */
export function resultText(result: unknown): string | undefined {
  if (result === undefined) return undefined;
  const text = written(result);
  if (text === undefined) throw invalid('it is not what JSON can carry');
  const bytes = Buffer.byteLength(text);
  if (bytes > LONGEST_RESULT) throw invalid(`it has ${bytes} bytes; ${LONGEST_RESULT} are allowed`);
  if (text.length > DEEPEST_RESULT * 2 && isDeeperThan(DEEPEST_RESULT, JSON.parse(text)))
    throw invalid(`it is nested deeper than ${DEEPEST_RESULT} levels`);
  return text;
}

const invalid = (why: string): SluiceError => new SluiceError('invalid-result', `the result cannot be kept: ${why}`);

/** What JSON.stringify would make something else of without a word; a rejection refuses as the whole result alone. */
const lost: readonly (abstract new (...args: never[]) => object)[] = [Error, Promise, Map, Set, Rejected];

/** JSON would say `{}` of an object of a class without members to be seen, such as an iterator, a RegExp or a WeakRef. */
function isOpaque(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isBoxedPrimitive(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype !== null && prototype !== Object.prototype && Object.keys(value).length === 0;
}

function written(result: unknown): string | undefined {
  try {
    return JSON.stringify(result, (_, value: unknown) => {
      const kind = lost.find((one) => isA(value, one));
      if (kind) throw invalid(`there is ${kind === Error ? 'an' : 'a'} ${kind.name} in it`);
      if (isOpaque(value)) throw invalid('there is an object in it of which JSON says nothing');
      return value;
    });
  } catch (error) {
    if (isA(error, SluiceError)) throw error;
    throw invalid(describeThrown(error).message);
  }
}
