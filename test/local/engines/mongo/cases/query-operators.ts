import { Binary, Decimal128, Int32, Long, MaxKey, MinKey, ObjectId } from 'mongodb';
import { type Case, fails, finds, rows } from './case.ts';

const op = (name: string): string => `reference/operator/query/${name}/`;
const order = 'reference/bson-type-comparison-order/';
const dotted = 'core/document/#dot-notation';
const id = new ObjectId('64b7f3a2c1d4e5f601234567');
const day = new Date('2026-01-01T00:00:00Z');

const comparison: Case[] = [
  finds(
    order,
    '$eq compares numbers of every type by value',
    rows(1, 1.5, Long.fromNumber(1), new Int32(1)),
    { a: 1 },
    [0, 2, 3],
  ),
  finds(
    op('eq'),
    '$eq on an array field matches an element or the whole array',
    rows([1, 2], 1, [[1, 2]], [2, 1]),
    { a: [1, 2] },
    [0, 2],
  ),
  finds(
    op('eq'),
    '$eq on an embedded document asks for the same order of fields',
    rows({ x: 1, y: 2 }, { y: 2, x: 1 }),
    { a: { x: 1, y: 2 } },
    [0],
  ),
  finds(
    'tutorial/query-for-null-fields/',
    'null matches null and a missing field',
    rows(null, undefined, 0, ''),
    { a: null },
    [0, 1],
  ),
  finds(
    'tutorial/query-for-null-fields/',
    'null in an array matches, an empty array does not',
    rows([1, null], [], [1]),
    { a: null },
    [0],
  ),
  finds(op('ne'), '$ne matches a missing field', rows(1, 2, undefined), { a: { $ne: 1 } }, [1, 2]),
  finds(op('ne'), '$ne on an array holds only if no element is equal', rows([1, 2], [2, 3]), { a: { $ne: 1 } }, [1]),
  finds(op('ne'), '$ne null matches what is there and not null', rows(null, undefined, 0), { a: { $ne: null } }, [2]),
  finds(op('gt'), '$gt compares within one type only', rows(5, '5', 10, day, null), { a: { $gt: 5 } }, [2]),
  finds(
    op('gte'),
    '$gte null matches null and missing fields',
    rows(null, undefined, 0),
    { a: { $gte: null } },
    [0, 1],
  ),
  finds(op('lt'), '$lt on dates', rows(new Date('2025-12-31'), day, 5), { a: { $lt: day } }, [0]),
  finds(op('lte'), '$lte on booleans: false is less than true', rows(true, false, 0), { a: { $lte: false } }, [1]),
  finds(op('gt'), '$gt on ObjectIds', rows(id, new ObjectId('64b7f3a2c1d4e5f601234568')), { a: { $gt: id } }, [1]),
  finds(
    op('gt'),
    '$gt on documents compares field by field',
    rows({ x: 1 }, { x: 2 }, { x: 1, y: 1 }, 3),
    { a: { $gt: { x: 1 } } },
    [1, 2],
  ),
  finds(
    order,
    '$gte and $lte on strings compare by code points',
    rows('a', 'b', '\u{10000}', '\uffee'),
    { a: { $gte: 'b', $lte: '\uffff' } },
    [1, 3],
  ),
  finds(order, 'an upper case letter is less than a lower case one', rows('B', 'a', 'Z'), { a: { $lt: 'a' } }, [0, 2]),
  finds(
    order,
    'longs over 2^53 compare exactly',
    rows(Long.fromString('9007199254740993'), 9007199254740992),
    { a: { $gt: 9007199254740992 } },
    [0],
  ),
  finds(
    order,
    'decimals compare with numbers of every type, exactly',
    rows(Decimal128.fromString('1.50'), Decimal128.fromString('0.1'), 0.1, Decimal128.fromString('NaN')),
    { $or: [{ a: 1.5 }, { a: { $gt: Decimal128.fromString('0.1'), $lt: 1 } }] },
    [0, 2],
  ),
  finds(
    order,
    'MinKey and MaxKey compare with every type',
    rows(1, 'x', null),
    { a: { $gt: new MinKey(), $lt: new MaxKey() } },
    [0, 1, 2],
  ),
  finds(
    order,
    'NaN is equal to itself and greater than nothing',
    rows(Number.NaN, 1),
    { $or: [{ a: Number.NaN }, { a: { $gt: Number.NaN } }] },
    [0],
  ),
  finds(
    order,
    '-0 equals 0, and infinities are the ends',
    rows(-0, 5, Infinity, -Infinity),
    { a: { $gte: 0, $lt: Infinity } },
    [0, 1],
  ),
  finds(
    'tutorial/query-arrays/',
    'two bounds may be met by different elements of an array',
    rows([1, 10], [5], [1]),
    { a: { $gt: 4, $lt: 6 } },
    [0, 1],
  ),
  finds(
    op('in'),
    '$in takes values, null and regular expressions',
    rows('ab', 3, undefined, 'c'),
    { a: { $in: [/^a/, 3, null] } },
    [0, 1, 2],
  ),
  finds(
    op('in'),
    '$in of nothing matches nothing, on an array it matches by element',
    rows([1, 2], [3], 2),
    { $or: [{ a: { $in: [] } }, { a: { $in: [2] } }] },
    [0, 2],
  ),
  finds(op('nin'), '$nin matches missing fields', rows(1, undefined, [1, 2], 3), { a: { $nin: [1] } }, [1, 3]),
  finds(
    'reference/bson-types/',
    'binary, ObjectId, boolean and Date are equal by content',
    [{ _id: 0, a: new Binary(Buffer.from('ab')), b: id, c: true, d: day }],
    { a: new Binary(Buffer.from('ab')), b: new ObjectId(id.toHexString()), c: true, d: new Date(day) },
    [0],
  ),
  finds(
    'reference/bson-types/',
    'binary of another subtype is another value',
    [
      { _id: 0, a: new Binary(Buffer.from('ab'), 0) },
      { _id: 1, a: new Binary(Buffer.from('ab'), 5) },
    ],
    { a: new Binary(Buffer.from('ab'), 5) },
    [1],
  ),
];

const logical: Case[] = [
  finds(
    op('and'),
    '$and, $or and $nor',
    rows(1, 2, 3, 4),
    { $and: [{ $or: [{ a: 1 }, { a: { $gt: 2 } }] }, { $nor: [{ a: 4 }] }] },
    [0, 2],
  ),
  finds(
    op('not'),
    '$not matches where the operator does not, missing fields included',
    rows(1, 5, undefined),
    { a: { $not: { $gt: 3 } } },
    [0, 2],
  ),
  finds(op('not'), '$not takes a regular expression', rows('ab', 'b', undefined), { a: { $not: /^a/ } }, [1, 2]),
  finds(
    op('not'),
    '$not of several operators holds where not all of them hold',
    rows(1, 5, 9, undefined),
    { a: { $not: { $gt: 3, $lt: 7 } } },
    [0, 2, 3],
  ),
  finds(
    op('nor'),
    '$nor matches missing fields',
    [{ _id: 0, p: 1 }, { _id: 1, s: true }, { _id: 2 }],
    { $nor: [{ p: 1 }, { s: true }] },
    [2],
  ),
  fails(op('or'), '$or of nothing is an error', ({ collection }) => collection.findOne({ $or: [] }), 2),
];

const element: Case[] = [
  finds(op('exists'), '$exists tells null from missing', rows(null, undefined, 0), { a: { $exists: true } }, [0, 2]),
  finds(
    op('exists'),
    '$exists false matches what is missing',
    rows(null, undefined, 0),
    { a: { $exists: false } },
    [1],
  ),
  finds(op('exists'), 'names of Object.prototype are no fields', rows(1), { constructor: { $exists: true } }, []),
  finds(
    op('type'),
    '$type by alias and by number',
    rows('x', 1, 1.5, null, [1]),
    { a: { $type: ['string', 16] } },
    [0, 1, 4],
  ),
  finds(op('type'), '$type number', rows('x', 1, 1.5, Long.fromNumber(3)), { a: { $type: 'number' } }, [1, 2, 3]),
  finds(
    op('type'),
    '$type array matches arrays, $type null not what is missing',
    rows([], [1], null, undefined),
    { $or: [{ a: { $type: 'array' } }, { a: { $type: 'null' } }] },
    [0, 1, 2],
  ),
  finds(
    op('type'),
    '$type tells object, bool, date, objectId and binData',
    rows({}, true, day, id, new Binary(Buffer.from('x'))),
    { a: { $type: ['object', 'bool', 'date', 'objectId', 'binData'] } },
    [0, 1, 2, 3, 4],
  ),
  fails(
    op('type'),
    '$type of no type is an error',
    ({ collection }) => collection.findOne({ a: { $type: 'nonsense' as never } }),
    2,
  ),
];

const arrays: Case[] = [
  finds(
    op('elemMatch'),
    '$elemMatch asks both of one element',
    rows([1, 10], [5, 20]),
    { a: { $elemMatch: { $gt: 4, $lt: 6 } } },
    [1],
  ),
  finds(
    op('elemMatch'),
    '$elemMatch on documents',
    rows([{ x: 1, y: 2 }], [{ x: 1 }, { y: 2 }]),
    { a: { $elemMatch: { x: 1, y: 2 } } },
    [0],
  ),
  finds(
    op('elemMatch'),
    '$elemMatch with $or inside, and not on what is no array',
    rows([{ x: 1 }], [{ y: 2 }], { x: 1 }),
    { a: { $elemMatch: { $or: [{ x: 1 }, { y: 2 }] } } },
    [0, 1],
  ),
  finds(op('all'), '$all', rows([1, 2, 3], [1], 1), { a: { $all: [1, 2] } }, [0]),
  finds(
    op('all'),
    '$all of one value matches a plain value, of none nothing',
    rows(1, [1], 2),
    { $or: [{ a: { $all: [1] } }, { a: { $all: [] } }] },
    [0, 1],
  ),
  finds(
    op('all'),
    '$all with $elemMatch',
    rows([{ x: 1 }, { x: 5 }], [{ x: 1 }]),
    { a: { $all: [{ $elemMatch: { x: 1 } }, { $elemMatch: { x: { $gt: 2 } } }] } },
    [0],
  ),
  finds(op('size'), '$size', rows([], [1], [1, 2], 1), { a: { $size: 1 } }, [1]),
  finds(
    dotted,
    'a dotted path goes into documents and arrays of them',
    rows({ b: 1 }, [{ b: 1 }, { b: 2 }], [{ b: 3 }], 1),
    { 'a.b': 1 },
    [0, 1],
  ),
  finds(dotted, 'a number in a path is a place in an array', rows([1, 2], [2, 1], { 0: 1 }), { 'a.0': 1 }, [0, 2]),
  finds(
    'tutorial/query-array-of-documents/',
    'conditions on two fields may be met by different documents of an array',
    rows([{ q: 5 }, { w: 1 }], [{ q: 5 }]),
    { 'a.q': 5, 'a.w': 1 },
    [0],
  ),
];

const bitwise: Case[] = [
  finds(op('bitsAllSet'), '$bitsAllSet by positions', rows(54, 20, 20.0, 7), { a: { $bitsAllSet: [1, 5] } }, [0]),
  finds(
    op('bitsAllSet'),
    '$bitsAllSet by a mask and on binary data',
    [
      { _id: 0, a: 54 },
      { _id: 1, a: new Binary(Buffer.from([0x36])) },
      { _id: 2, a: 4 },
    ],
    { a: { $bitsAllSet: 50 } },
    [0, 1],
  ),
  finds(op('bitsAllClear'), '$bitsAllClear', rows(54, 20), { a: { $bitsAllClear: [1, 5] } }, [1]),
  finds(op('bitsAnySet'), '$bitsAnySet', rows(54, 20, 'x'), { a: { $bitsAnySet: [1, 5] } }, [0]),
  finds(op('bitsAnyClear'), '$bitsAnyClear', rows(54, 20), { a: { $bitsAnyClear: [1, 5] } }, [1]),
];

const errors: Case[] = [
  fails(
    'reference/operator/query/',
    'an unknown operator is an error',
    ({ collection }) => collection.findOne({ a: { $nonsense: 1 } }),
    2,
  ),
  fails(
    'reference/operator/query/',
    'an unknown operator at the top is an error',
    ({ collection }) => collection.findOne({ $nonsense: 1 }),
    2,
  ),
  fails(
    op('in'),
    '$in without an array is an error',
    ({ collection }) => collection.findOne({ a: { $in: 1 as never } }),
    2,
  ),
];

export const queryOperatorCases: readonly Case[] = [
  ...comparison,
  ...logical,
  ...element,

  ...arrays,
  ...bitwise,
  ...errors,
];
