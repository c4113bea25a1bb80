import { isDate, isRegExp, isUint8Array } from 'node:util/types';
import { BSON } from 'mongodb';
import { putOwn } from '../../core/put-own.ts';

/** Says what is wrong, and throws. */
export type Refuse = (message: string) => never;

/**
 * What becomes of a member that is undefined. A filter without one of its conditions finds more than it was meant to, so it is refused
 * there; in what is stored it is left out, as in JSON.
 */
export type Absent = 'refused' | 'left-out';

/** https://www.mongodb.com/docs/manual/reference/limits/#mongodb-limit-Nested-Depth-for-BSON-Documents */
const DEEPEST = 100;
/** An item takes three bytes and its index at least, and a document 16 MB. */
const MOST_ITEMS = 2_000_000;

/** The kinds of value that only BSON has. Code is none of them, and neither is a reference to another collection. */
const bsonTypes: ReadonlySet<unknown> = new Set([
  'ObjectId',
  'Decimal128',
  'Long',
  'Int32',
  'Double',
  'Binary',
  'Timestamp',
  'MinKey',
  'MaxKey',
  'BSONRegExp',
]);

/**
 * A copy of what a handler gave, of plain objects, arrays and values of BSON alone, made by reading each member once: nothing in it runs
 * code, and nobody can change it between being looked at and being sent (protocol: bound-collections).
 * @param path what was given, and where in it: `filter.owner`
 * @param refuse is told the path of the first thing that cannot be sent as what it is
 */
export function plainCopy(given: unknown, path: string, absent: Absent, refuse: Refuse, depth = 0): unknown {
  if (depth > DEEPEST) return refuse(`${path.slice(0, 200)}… is nested deeper than ${DEEPEST} levels`);
  switch (typeof given) {
    case 'string':
    case 'number':
    case 'boolean':
      return given;
    case 'bigint':
      return BigInt.asIntN(64, given) === given ? given : refuse(`${path} is a number of more than 64 bits`);
    case 'object':
      return given === null ? null : copyOf(given, path, absent, refuse, depth);
    default:
      return refuse(`${path} is ${given === undefined ? 'undefined' : `a ${typeof given}`}`);
  }
}

function copyOf(given: object, path: string, absent: Absent, refuse: Refuse, depth: number): unknown {
  if (Array.isArray(given)) {
    const { length }: { length: unknown } = given;
    // Whatever a proxy says that it is.
    if (typeof length !== 'number' || length > MOST_ITEMS)
      return refuse(`${path} has more than ${MOST_ITEMS} items, which no document holds`);
    return Array.from({ length }, (_, index) => {
      const one: unknown = given[index];
      if (one === undefined && absent === 'left-out') return null;
      return plainCopy(one, `${path}.${index}`, absent, refuse, depth + 1);
    });
  }
  if (isDate(given)) {
    const time = Date.prototype.getTime.call(given);
    // BSON would make 1970 of it.
    return Number.isNaN(time) ? refuse(`${path} is an invalid Date`) : new Date(time);
  }
  if (isRegExp(given)) return new RegExp(given);
  if (isUint8Array(given)) return new Uint8Array(given);
  const prototype: unknown = Object.getPrototypeOf(given);
  if (prototype !== null && prototype !== Object.prototype && '_bsontype' in given)
    return bsonValue(given, path, refuse);
  return copyOfMembers(given, path, absent, refuse, depth + 1);
}

/**
 * A copy of a plain object, as plainCopy makes it.
 * @param depth of its members
 */
export function copyOfMembers(
  given: unknown,
  path: string,
  absent: Absent,
  refuse: Refuse,
  depth: number,
): Record<string, unknown> {
  const object = plainObject(given, path, refuse);
  const copy: Record<string, unknown> = {};
  for (const name of namesOf(object, path, refuse)) {
    const value: unknown = Reflect.get(object, name);
    // In what is stored an operator is one all the same.
    if (value === undefined && absent === 'left-out' && !name.startsWith('$')) continue;
    putOwn(copy, name, plainCopy(value, `${path}.${name}`, absent, refuse, depth));
  }
  return copy;
}

/**
 * The members of a plain object, each read once.
 * @param refuse is told what is none, or has a member that would not be sent
 */
export function membersOf(given: unknown, path: string, refuse: Refuse): [name: string, value: unknown][] {
  const object = plainObject(given, path, refuse);
  return namesOf(object, path, refuse).map((name) => [name, Reflect.get(object, name)]);
}

function plainObject(given: unknown, path: string, refuse: Refuse): object {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return refuse(`${path} is ${given === null ? 'null' : Array.isArray(given) ? 'an array' : `a ${typeof given}`}`);
  const prototype: unknown = Object.getPrototypeOf(given);
  if (prototype !== null && prototype !== Object.prototype)
    return refuse(`${path} is no plain object, array or value of BSON`);
  return given;
}

/** Read once: a proxy may say something else the next time. */
function namesOf(given: object, path: string, refuse: Refuse): string[] {
  const names = Object.keys(given);
  if (names.length !== Reflect.ownKeys(given).length) refuse(`${path} has a symbol or a hidden member`);
  // The driver takes such an object for a value of BSON.
  if (names.includes('_bsontype')) refuse(`${path}._bsontype is no name of a field`);
  if (names.some((name) => name.includes('\0'))) refuse(`${path} has a name of a field with NUL in it`);
  return names;
}

/** As the driver itself reads it, so that it may come from another copy of the package. */
function bsonValue(given: object, path: string, refuse: Refuse): unknown {
  const type: unknown = Reflect.get(given, '_bsontype');
  if (!bsonTypes.has(type)) return refuse(`${path} is no value of BSON that may be sent`);
  let value: unknown;
  try {
    value = BSON.deserialize(BSON.serialize({ value: given }), { promoteValues: false, bsonRegExp: true }).value;
  } catch {
    return refuse(`${path} is no ${type} that can be read`);
  }
  return typeof value === 'object' && value !== null && Reflect.get(value, '_bsontype') === type
    ? value
    : refuse(`${path} is no ${type}`);
}
