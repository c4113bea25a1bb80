import { ObjectId as OtherObjectId } from 'bson';
import { Binary, Code, DBRef, Decimal128, Double, Int32, Long, ObjectId, Timestamp, UUID } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { bindTo, scopedOperation } from '../../../../lib/adapters/mongo/collection-binding.ts';

const bind = bindTo('items', 'mine');
const deep = (levels: number): object => (levels === 0 ? {} : { a: deep(levels - 1) });
const cyclic: Record<string, unknown> = {};
cyclic.self = cyclic;
class Money {
  readonly amount = 1;
}
const converts = { toBSON: () => ({ tenant: 'theirs' }) };

/** What is not what it seems, and where it is said to be. */
const strange: [name: string, value: unknown, told: string][] = [
  ['a Map', new Map([['k', 99]]), 'is no plain object'],
  ['a Set', new Set([1]), 'is no plain object'],
  ['an instance of a class', new Money(), 'is no plain object'],
  ['an object with toBSON', converts, '.toBSON is a function'],
  ['a boxed text', Object('x'), 'is no plain object'],
  ['a promise', Promise.resolve(1), 'is no plain object'],
  ['an array of floats', new Float64Array(1), 'is no plain object'],
  ['a function', () => 1, 'is a function'],
  ['a symbol', Symbol('x'), 'is a symbol'],
  ['a member under a symbol', { [Symbol('x')]: 1 }, 'has a symbol or a hidden member'],
  ['a hidden member', Object.defineProperty({}, 'k', { value: 1 }), 'has a symbol or a hidden member'],
  ['a name with NUL', { 'a\0b': 1 }, 'has a name of a field with NUL in it'],
  ['what claims to be of BSON', { _bsontype: 'ObjectId' }, '._bsontype is no name of a field'],
  [
    'a class that claims so',
    new (class {
      get _bsontype() {
        return 'ObjectId';
      }
    })(),
    'is no ObjectId',
  ],
  ['code', new Code('return 1'), 'is no value of BSON that may be sent'],
  ['a reference to a collection', new DBRef('events', new ObjectId()), 'is no value of BSON that may be sent'],
  ['an ObjectId that converts', Object.assign(new ObjectId(), converts), 'is no ObjectId'],
  ['an invalid Date', new Date('2026-12-31T23:59:60Z'), 'is an invalid Date'],
  ['a number of 65 bits', 2n ** 64n, 'is a number of more than 64 bits'],
  ['what leads back to itself', cyclic, 'is nested deeper than 100 levels'],
  ['a list of more than a document holds', new Array(1e9), 'has more than 2000000 items'],
  [
    'a list that says so',
    new Proxy([], {
      get: (target, name) => (name === 'length' ? Number.POSITIVE_INFINITY : Reflect.get(target, name)),
    }),
    'has more than 2000000 items',
  ],
  ['a proxy of a Map', new Proxy(new Map(), {}), 'is no plain object'],
];

test('an operator that is undefined is refused wherever it stands', () => {
  expect(() => bind.owned({ $x: undefined })).toThrow('document.$x is undefined');
  expect(() => bind.owned({ a: { $x: undefined } })).toThrow('document.a.$x is undefined');
  expect(bind.owned({ a: undefined, b: { c: undefined } })).toEqual({ b: {}, tenant: 'mine' });
});

describe('entry 8: what a handler gives is only what it seems', () => {
  const ways: [way: string, give: (value: unknown) => unknown, at: string][] = [
    ['a condition', (value) => bind.scoped({ a: [{ b: value }] }), 'filter.a.0.b'],
    ['a document', (value) => bind.owned({ a: [{ b: value }] }), 'document.a.0.b'],
    ['a replacement', (value) => bind.replacement({ a: [{ b: value }] }), 'document.a.0.b'],
    ['an update', (value) => bind.change({ $set: { a: [{ b: value }] } }, false), 'update.$set.a.0.b'],
    ['a stage of an update', (value) => bind.change([{ $set: { a: value } }], false), 'update.0.$set.a'],
    ['a stage', (value) => bind.pipeline([{ $match: { a: value } }]), 'pipeline.0.$match.a'],
    [
      'an array filter',
      (value) => bind.options('update', { arrayFilters: [{ a: value }] }),
      'options.arrayFilters.0.a',
    ],
    ['an operation', (v) => scopedOperation({ deleteMany: { filter: { a: v } } }, bind), 'filter.a'],
  ];
  test.each(strange)('%s is refused everywhere, with its path', (_, value, told) => {
    for (const [way, give, at] of ways) {
      const message = value === cyclic ? told : `${at}${told.startsWith('.') ? '' : ' '}${told}`;
      expect(() => give(value), way).toThrow(expect.objectContaining({ code: 'collection-misused' }));
      expect(() => give(value), way).toThrow(message);
    }
  });

  test.each<[string, unknown]>([
    ['a Map', new Map([['k', 99]])],
    ['null', null],
    ['undefined', undefined],
    ['a text', 'k'],
    ['an array', []],
    ['a Date', new Date()],
    ['an ObjectId', new ObjectId()],
  ])('%s is no filter, no document, no update, no stage and no fields of an operator', (_, value) => {
    const misused = expect.objectContaining({ code: 'collection-misused' });
    expect(() => bind.scoped(value)).toThrow(misused);
    expect(() => bind.owned(value)).toThrow(misused);
    expect(() => bind.replacement(value)).toThrow(misused);
    expect(() => bind.change({ $set: value }, false)).toThrow(misused);
    expect(() => bind.pipeline([value])).toThrow(misused);
    expect(() => scopedOperation(value, bind)).toThrow(misused);
    expect(() => scopedOperation({ deleteMany: { filter: value } }, bind)).toThrow(misused);
    if (!Array.isArray(value)) expect(() => bind.change(value, false)).toThrow(misused);
  });

  test('plain values, those of BSON, dates and expressions go as they are', () => {
    const values = {
      text: 'x',
      numbers: [1, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 63n - 1n],
      none: null,
      yes: true,
      at: new Date(1),
      like: /a.c/i,
      bare: Object.assign(Object.create(null), { a: 1 }),
      id: new ObjectId('0123456789abcdef01234567'),
      uuid: new UUID('0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21'),
      bytes: new Binary(Buffer.from('abc')),
      price: new Decimal128('1.10'),
      long: Long.fromBigInt(2n ** 60n),
      stamp: new Timestamp({ t: 1, i: 2 }),
      int: new Int32(1),
      double: new Double(1),
      deep: deep(90),
    };
    expect(bind.owned(values)).toEqual({ ...values, tenant: 'mine' });
    expect(bind.owned({ raw: Buffer.from('abc') }).raw).toEqual(new Uint8Array([97, 98, 99]));
    expect(bind.owned({ id: new OtherObjectId('0123456789abcdef01234567') }).id).toEqual(values.id);
    const odd = JSON.parse('{"a":{"__proto__":{"b":1},"constructor":2}}');
    expect(JSON.stringify(bind.owned(odd))).toBe('{"a":{"__proto__":{"b":1},"constructor":2},"tenant":"mine"}');
  });

  test('each member is read once, and what is sent is a copy', () => {
    let reads = 0;
    const given = {
      get k() {
        reads++;
        return reads === 1 ? 1 : { $ne: null };
      },
      list: [{ a: 1 }],
    };
    const filter = bind.scoped(given);
    given.list[0] = { a: 2 };
    expect([filter, reads]).toEqual([{ tenant: 'mine', k: 1, list: [{ a: 1 }] }, 1]);
  });
});

describe('undefined', () => {
  test.each<[string, () => unknown, string]>([
    ['a filter', () => bind.scoped({ owner: undefined }), 'filter.owner is undefined'],
    ['an operator of it', () => bind.scoped({ owner: { $in: [undefined] } }), 'filter.owner.$in.0 is undefined'],
    [
      'what is pulled',
      () => bind.change({ $pull: { list: { k: undefined } } }, false),
      'update.$pull.list.k is undefined',
    ],
    ['what is counted', () => bind.change({ $inc: { n: undefined } }, false), 'update.$inc.n is undefined'],
    ['a modifier', () => bind.change({ $push: { list: { $each: undefined } } }, false), 'update.$push.list.$each is'],
    ['$match', () => bind.pipeline([{ $match: { owner: undefined } }]), 'pipeline.0.$match.owner is undefined'],
    ['an array filter', () => bind.options('update', { arrayFilters: [{ 'e.k': undefined }] }), 'e.k is undefined'],
    ['a bulkWrite', () => scopedOperation({ deleteMany: { filter: { k: undefined } } }, bind), 'filter.k is undefined'],
  ])('entry 8: in %s is refused with its path', (_, give, message) => {
    expect(give).toThrow(message);
  });

  test('in what is stored it is left out, as an option it is not given', () => {
    expect(bind.owned({ a: undefined, b: [undefined, { c: undefined }] })).toEqual({ b: [null, {}], tenant: 'mine' });
    const update = { $set: { a: undefined, b: { c: undefined } }, $push: { list: { at: 1, note: undefined } } };
    expect(bind.change(update, false)).toEqual({ $set: { b: {} }, $push: { list: { at: 1 } } });
    expect(bind.options('find', { limit: undefined, skip: 1 })).toEqual({ skip: 1 });
  });
});

test.each<[string, () => unknown]>([
  ['a filter', () => bind.scoped({ tenant: 'theirs' })],
  ['a path of a filter', () => bind.scoped({ 'tenant.x': 1 })],
  ['a filter that an upsert reads', () => bind.scoped({ $and: [{ $or: [{ tenant: 'theirs' }] }] })],
  ['_id', () => bind.scoped({ $or: [{ _id: 1 }] })],
  ...['$set', '$setOnInsert', '$unset', '$inc', '$push', '$min', '$currentDate'].map(
    (operator): [string, () => unknown] => [
      `${operator} of a path`,
      () => bind.change({ [operator]: { 'tenant.x': 1 } }, false),
    ],
  ),
  ['$rename to it', () => bind.change({ $rename: { a: 'tenant' } }, false)],
  ['$rename of it', () => bind.change({ $rename: { tenant: 'a' } }, false)],
  ['$set of a pipeline', () => bind.change([{ $set: { tenant: 'theirs' } }], false)],
  ['$addFields', () => bind.change([{ $addFields: { 'tenant.x': 1 } }], false)],
  ['$project', () => bind.change([{ $project: { tenant: 0 } }], false)],
  ['$unset', () => bind.change([{ $unset: 'tenant' }], false)],
  ['$unset of many', () => bind.change([{ $unset: ['a', '_id'] }], false)],
  ['an _id by replacing', () => bind.change([{ $replaceWith: '$a' }], true)],
  ['an _id', () => bind.owned({ _id: 1 })],
  ['distinct', () => bind.field('tenant')],
  ['an operator that runs code', () => bind.change({ $pull: { a: { $where: 'true' } } }, false)],
  ['code in an expression', () => bind.change([{ $set: { a: { $function: {} } } }], false)],
  ['an internal operator', () => bind.scoped({ $expr: { $_internalJsEmit: {} } })],
  ['an unknown stage', () => bind.pipeline([{ $rankFusion: {} }])],
  ['an unknown stage in a facet', () => bind.pipeline([{ $facet: { a: [{ $unionWith: 'events' }] } }])],
  ['a stage of two names', () => bind.pipeline([{ $match: {}, $out: 'x' }])],
  ['options of an insert', () => scopedOperation({ insertOne: { document: {}, upsert: true } }, bind)],
])('%s reaches neither tenant nor _id', (_, give) => {
  expect(give).toThrow(expect.objectContaining({ code: 'collection-misused' }));
});

test('whatever a pipeline makes of a document, its tenant stays', () => {
  const last = { $set: { tenant: { $literal: 'mine' } } };
  expect(bind.change([{ $replaceWith: '$a' }], false)).toEqual([{ $replaceWith: '$a' }, last]);
  expect(bind.replacement({ tenant: 'theirs', _id: 1, a: 1 })).toEqual({ a: 1, tenant: 'mine' });
  expect(bind.pipeline([{ $facet: { a: [{ $match: { b: 1 } }] } }])[0]).toEqual({ $match: { tenant: 'mine' } });
});

test('entry 9: an update of nothing changes nothing', () => {
  expect(bind.change({}, false)).toEqual({ $set: {} });
});
