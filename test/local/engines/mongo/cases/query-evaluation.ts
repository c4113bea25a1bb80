import { type Case, fails, finds, rows } from './case.ts';

const op = (name: string): string => `reference/operator/query/${name}/`;

const evaluation: Case[] = [
  finds(
    op('expr'),
    '$expr compares two fields',
    [
      { _id: 0, x: 2, y: 1 },
      { _id: 1, x: 1, y: 2 },
    ],
    { $expr: { $gt: ['$x', '$y'] } },
    [0],
  ),
  finds(op('expr'), '$expr tells missing from null', rows(null, undefined), { $expr: { $eq: ['$a', null] } }, [0]),
  finds(op('expr'), '$expr with variables of let', rows(1, 5), { $expr: { $gt: ['$a', '$$least'] } }, [1], {
    let: { least: 3 },
  }),
  finds(op('mod'), '$mod takes the whole part of a double', rows(4, 5, 8.9, '4', -6), { a: { $mod: [4, 0] } }, [0, 2]),
  finds(op('mod'), '$mod of a negative number keeps its sign', rows(-6, 6, 2), { a: { $mod: [4, -2] } }, [0]),
  fails(op('mod'), '$mod needs two numbers', ({ collection }) => collection.findOne({ a: { $mod: [4] as never } }), 2),
  finds(
    op('regex'),
    '$regex with options',
    rows('Abc', 'xabc', ['zz', 'aBC']),
    { a: { $regex: '^abc', $options: 'i' } },
    [0, 2],
  ),
  finds(
    op('regex'),
    '$regex with m and s',
    rows('x\nabc', 'a\nb', 'b'),
    { $or: [{ a: { $regex: '^abc', $options: 'm' } }, { a: { $regex: 'a.b', $options: 's' } }] },
    [0, 1],
  ),
  finds(
    op('regex'),
    '$regex with x passes over white space and comments',
    rows('abc', 'a b c'),
    { a: { $regex: 'a b # what it says\n c', $options: 'x' } },
    [0],
  ),
  finds(
    op('regex'),
    '. is all but a newline, $ also before a last one',
    rows('a\nb', 'a.b\n', 'axb\n\n'),
    { a: /^a.b$/ },
    [1],
  ),
  finds(
    op('regex'),
    'PCRE has \\A, \\z and ASCII white space',
    rows('ab\n', 'ab', 'a\u00a0b'),
    { a: { $regex: '\\Aa(b\\z|\\sb)' } },
    [1],
  ),
  finds(
    op('regex'),
    'a regular expression matches strings, symbols and itself, not numbers',
    rows('12', 12, null),
    { a: /1/ },
    [0],
  ),
  fails(
    op('regex'),
    'a regular expression that is none is an error',
    ({ collection }) => collection.findOne({ a: { $regex: '(' } }),
    51091,
  ),
  finds('reference/operator/query/comment/', '$comment changes nothing', rows(1, 2), { a: 1, $comment: 'why' }, [0]),
];

const people = [
  { _id: 0, name: 'x', age: 3, tags: ['a'], at: { city: 'y' } },
  { _id: 1, name: 5, age: 30 },
  { _id: 2, age: 2.5, tags: [1] },
  { _id: 3, name: 'long name', age: 17, tags: ['a', 'a'], at: { city: 1 } },
];
const schema = (title: string, $jsonSchema: object, ids: number[]): Case =>
  finds(op('jsonSchema'), `$jsonSchema: ${title}`, people, { $jsonSchema }, ids);
const schemas: Case[] = [
  schema('required', { required: ['name'] }, [0, 1, 3]),
  schema('bsonType and type', { properties: { name: { bsonType: 'string' }, age: { type: 'number' } } }, [0, 2, 3]),
  schema('bsonType of several', { properties: { age: { bsonType: ['int', 'long'] } } }, [0, 1, 3]),
  schema(
    'minimum, maximum and multipleOf',
    { properties: { age: { minimum: 3, maximum: 20, multipleOf: 1 } } },
    [0, 3],
  ),
  schema(
    'minLength, maxLength and pattern',
    { required: ['name'], properties: { name: { bsonType: 'string', minLength: 1, maxLength: 3, pattern: '^x' } } },
    [0],
  ),
  schema('enum', { properties: { name: { enum: ['x', 5] } } }, [0, 1, 2]),
  schema(
    'items, minItems, maxItems and uniqueItems',
    {
      required: ['tags'],
      properties: { tags: { items: { bsonType: 'string' }, minItems: 1, maxItems: 2, uniqueItems: true } },
    },
    [0],
  ),
  schema(
    'inner properties',
    { properties: { at: { bsonType: 'object', required: ['city'], properties: { city: { bsonType: 'string' } } } } },
    [0, 1, 2],
  ),
  schema('additionalProperties', { properties: { _id: {}, name: {}, age: {} }, additionalProperties: false }, [1]),
  schema('patternProperties', { patternProperties: { '^a': { bsonType: 'double' } } }, [2]),
  schema('dependencies', { dependencies: { tags: ['name'], at: { required: ['age'] } } }, [0, 1, 3]),
  schema(
    'items by place and additionalItems',
    { properties: { tags: { items: [{ bsonType: 'string' }], additionalItems: false } } },
    [0, 1],
  ),
  schema(
    'allOf, anyOf, oneOf and not',
    {
      allOf: [{ required: ['age'] }],
      anyOf: [{ required: ['tags'] }, { required: ['name'] }],
      oneOf: [{ required: ['at'] }, { required: ['nothing'] }],
      not: { properties: { age: { minimum: 10 } } },
    },
    [0],
  ),
  fails(
    op('jsonSchema'),
    '$jsonSchema: a keyword that does not exist is an error',
    ({ collection }) => collection.findOne({ $jsonSchema: { nonsense: 1 } }),
    9,
  ),
];

export const queryEvaluationCases: readonly Case[] = [...evaluation, ...schemas];
