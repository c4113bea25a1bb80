import { Binary, Long, ObjectId } from 'mongodb';
import type { Case } from './case.ts';
import { computes, refused } from './expression.ts';

const hex = '64b7f3a2c1d4e5f601234567';

// biome-ignore lint/suspicious/noThenProperty: the field that $cond and $switch ask for
const then = (result: unknown) => ({ then: result });

const strings: Case[] = [
  computes(
    'concat',
    '',
    [{ $concat: ['$s', '!'] }, 'héllo!'],
    [{ $concat: ['$s', '$n'] }, null],
    [{ $concat: ['$s', 1] }, refused],
  ),
  computes('toUpper', 'changes ASCII letters only', [{ $toUpper: '$s' }, 'HéLLO'], [{ $toUpper: '$n' }, '']),
  computes('toLower', '', [{ $toLower: 'ABC' }, 'abc'], [{ $toLower: 5 }, '5'], [{ $toLower: '$q' }, '']),
  computes('strLenBytes', '', [{ $strLenBytes: '$s' }, 6], [{ $strLenBytes: '' }, 0], [{ $strLenBytes: 1 }, refused]),
  computes('strLenCP', '', [{ $strLenCP: '$s' }, 5], [{ $strLenCP: '$n' }, refused]),
  computes('substrCP', '', [{ $substrCP: ['$s', 1, 3] }, 'éll'], [{ $substrCP: ['$n', 0, 1] }, '']),
  computes(
    'substrBytes',
    '',
    [{ $substrBytes: ['$s', 0, 1] }, 'h'],
    [{ $substr: ['$s', 0, -1] }, 'héllo'],
    [{ $substrBytes: ['$s', 9, 1] }, ''],
    [{ $substrBytes: ['$s', 0, 2] }, refused],
  ),
  computes(
    'split',
    '',
    [{ $split: ['June-15-2013', '-'] }, ['June', '15', '2013']],
    [{ $split: ['banana split', 'a'] }, ['b', 'n', 'n', ' split']],
    [{ $split: ['$n', '-'] }, null],
    [{ $split: ['$s', ''] }, refused],
  ),
  computes(
    'trim',
    '',
    [{ $trim: { input: '  x \n' } }, 'x'],
    [{ $trim: { input: ' ggggoodbyeeeee', chars: ' ge' } }, 'oodby'],
    [{ $trim: { input: '$n' } }, null],
  ),
  computes('ltrim', '', [{ $ltrim: { input: '  x ' } }, 'x '], [{ $ltrim: { input: 'xxa', chars: 'x' } }, 'a']),
  computes('rtrim', '', [{ $rtrim: { input: '  x ' } }, '  x'], [{ $rtrim: { input: 'axx', chars: 'x' } }, 'a']),
  computes(
    'replaceAll',
    '',
    [{ $replaceAll: { input: 'aXbX', find: 'X', replacement: '-' } }, 'a-b-'],
    [{ $replaceAll: { input: 'a.c', find: '.', replacement: { $literal: '$&' } } }, 'a$&c'],
    [{ $replaceAll: { input: '$n', find: 'X', replacement: '-' } }, null],
  ),
  computes('replaceOne', '', [{ $replaceOne: { input: 'aXbX', find: 'X', replacement: '-' } }, 'a-bX']),
  computes(
    'regexMatch',
    '',
    [{ $regexMatch: { input: '$s', regex: '^h' } }, true],
    [{ $regexMatch: { input: '$s', regex: '^H', options: 'i' } }, true],
    [{ $regexMatch: { input: '$s', regex: /LLO/i } }, true],
    [{ $regexMatch: { input: '$q', regex: 'x' } }, false],
  ),
  computes(
    'regexFind',
    '',
    [{ $regexFind: { input: 'Carol Smith', regex: 'S(mi)' } }, { match: 'Smi', idx: 6, captures: ['mi'] }],
    [{ $regexFind: { input: '$s', regex: 'x' } }, null],
  ),
  computes(
    'regexFindAll',
    '',
    [
      { $regexFindAll: { input: 'First lines', regex: 'i' } },
      [
        { match: 'i', idx: 1, captures: [] },
        { match: 'i', idx: 7, captures: [] },
      ],
    ],
    [{ $regexFindAll: { input: '$s', regex: 'x' } }, []],
  ),
  computes(
    'indexOfCP',
    '',
    [{ $indexOfCP: ['$s', 'l'] }, 2],
    [{ $indexOfCP: ['$s', 'x'] }, -1],
    [{ $indexOfCP: ['$n', 'x'] }, null],
  ),
  computes(
    'indexOfBytes',
    '',
    [{ $indexOfBytes: ['$s', 'l'] }, 3],
    [{ $indexOfBytes: ['cafeteria', 'e', 4] }, 5],
    [{ $indexOfBytes: ['vanilla', 'n', 3] }, -1],
  ),
  computes(
    'strcasecmp',
    '',
    [{ $strcasecmp: ['a', 'B'] }, -1],
    [{ $strcasecmp: ['A', 'a'] }, 0],
    [{ $strcasecmp: ['$n', ''] }, 0],
  ),
  computes(
    'toString',
    '',
    [{ $toString: '$a' }, '7'],
    [{ $toString: 2.5 }, '2.5'],
    [{ $toString: '$d' }, '2026-03-05T10:20:30.456Z'],
    [{ $toString: '$b' }, 'true'],
    [{ $toString: new ObjectId(hex) }, hex],
    [{ $toString: '$n' }, null],
  ),
];

const objects: Case[] = [
  computes(
    'mergeObjects',
    '',
    [{ $mergeObjects: ['$o', '$q', { x: 1 }] }, { k: 1, x: 1 }],
    [{ $mergeObjects: [{ a: 1 }, { a: 2 }] }, { a: 2 }],
    [
      { $size: { $objectToArray: { $mergeObjects: [{ $literal: JSON.parse('{"__proto__":5,"a":1}') }, { b: 2 }] } } },
      3,
    ],
    [{ $mergeObjects: ['$a'] }, refused],
  ),
  computes(
    'objectToArray',
    '',
    [{ $objectToArray: '$o' }, [{ k: 'k', v: 1 }]],
    [{ $objectToArray: '$q' }, null],
    [{ $objectToArray: '$a' }, refused],
  ),
  computes(
    'arrayToObject',
    '',
    [{ $arrayToObject: [[{ k: 'x', v: 1 }]] }, { x: 1 }],
    [
      {
        $arrayToObject: {
          $literal: [
            ['x', 1],
            ['y', 2],
          ],
        },
      },
      { x: 1, y: 2 },
    ],
    [{ $arrayToObject: '$n' }, null],
    [{ $arrayToObject: '$l' }, refused],
  ),
  computes(
    'getField',
    '',
    [{ $getField: { field: 'k', input: '$o' } }, 1],
    [{ $getField: 'a' }, 7],
    [{ $getField: 'q' }, undefined],
    [{ $getField: { field: { $literal: '$x' }, input: { $literal: { $x: 3 } } } }, 3],
  ),
  computes(
    'setField',
    '',
    [{ $setField: { field: 'x.y', input: '$o', value: 2 } }, { k: 1, 'x.y': 2 }],
    [{ $setField: { field: 'k', input: '$o', value: '$$REMOVE' } }, {}],
    [{ $unsetField: { field: 'k', input: '$o' } }, {}],
  ),
];

const conditions: Case[] = [
  computes(
    'cond',
    '',
    [{ $cond: { if: { $gt: ['$a', 5] }, ...then('y'), else: 'n' } }, 'y'],
    [{ $cond: ['$z', 1, 2] }, 2],
    [{ $cond: ['$q', 1, '$r'] }, undefined],
  ),
  computes(
    'ifNull',
    '',
    [{ $ifNull: ['$q', '$n', '$a'] }, 7],
    [{ $ifNull: ['$q', '$r'] }, undefined],
    [{ $ifNull: ['$z', 1] }, 0],
  ),
  computes(
    'switch',
    '',
    [
      {
        $switch: {
          branches: [
            { case: { $lt: ['$a', 5] }, ...then('low') },
            { case: '$b', ...then('yes') },
          ],
          default: 'other',
        },
      },
      'yes',
    ],
    [{ $switch: { branches: [{ case: false, ...then(1) }], default: 2 } }, 2],
    [{ $switch: { branches: [{ case: false, ...then(1) }] } }, refused],
  ),
  computes(
    'and',
    'missing, null, 0 and false are false',
    [{ $and: ['$a', '$z'] }, false],
    [{ $and: [] }, true],
    [{ $and: [1, 'x', []] }, true],
    [{ $and: ['$q'] }, false],
  ),
  computes('or', '', [{ $or: ['$z', '$a'] }, true], [{ $or: [] }, false], [{ $or: ['$n', '$q', false] }, false]),
  computes('not', '', [{ $not: ['$z'] }, true], [{ $not: [[false]] }, false], [{ $not: ['$q'] }, true]),
  computes(
    'eq',
    'and the other comparisons follow the order of types',
    [{ $eq: ['$a', 7] }, true],
    [{ $ne: ['$q', null] }, true],
    [{ $gt: ['$s', '$a'] }, true],
    [{ $gte: ['$l', [3]] }, true],
    [{ $lt: ['$n', 0] }, true],
    [{ $lte: [1, Long.fromNumber(1)] }, true],
    [{ $gt: ['$q', null] }, false],
    [{ $lt: ['$q', null] }, true],
  ),
  computes('cmp', '', [{ $cmp: ['$a', '$s'] }, -1], [{ $cmp: [2, 1] }, 1], [{ $cmp: ['$l', '$l'] }, 0]),
  computes(
    'let',
    '',
    [{ $let: { vars: { x: 2, y: '$a' }, in: { $multiply: ['$$x', '$$y'] } } }, 14],
    [{ $let: { vars: { o: '$o' }, in: '$$o.k' } }, 1],
    [{ $let: { vars: {}, in: '$$nobody' } }, refused],
  ),
  computes('literal', '', [{ $literal: '$a' }, '$a'], [{ $literal: { $add: [1, 2] } }, { $add: [1, 2] }]),
  [
    'reference/aggregation-variables/',
    'the variables ROOT, CURRENT, REMOVE and NOW',
    async ({ collection }) => {
      await collection.insertOne({ _id: 1, a: 7 });
      const pipeline = [{ $set: { r: '$$ROOT.a', c: '$$CURRENT.a', a: '$$REMOVE', now: { $type: '$$NOW' } } }];
      const [found] = await collection.aggregate(pipeline).toArray();
      if (JSON.stringify(found) !== JSON.stringify({ _id: 1, r: 7, c: 7, now: 'date' }))
        throw new Error(JSON.stringify(found));
    },
  ],
];

const types: Case[] = [
  computes(
    'type',
    'tells a missing field from null',
    [{ $type: '$l' }, 'array'],
    [{ $type: '$q' }, 'missing'],
    [{ $type: '$n' }, 'null'],
    [{ $type: '$a' }, 'int'],
    [{ $type: '$neg' }, 'double'],
    [{ $type: '$d' }, 'date'],
    [{ $type: new Binary(Buffer.from('x')) }, 'binData'],
    [{ $type: new ObjectId(hex) }, 'objectId'],
    [{ $type: '$big' }, 'long'],
  ),
  computes(
    'convert',
    'with onNull and onError',
    [{ $convert: { input: '12', to: 'int' } }, 12],
    [{ $convert: { input: 'x', to: 'int', onError: 'bad' } }, 'bad'],
    [{ $convert: { input: '9223372036854775808', to: 'long', onError: 'bad' } }, 'bad'],
    [{ $convert: { input: '$q', to: 'int', onNull: 0 } }, 0],
    [{ $convert: { input: 'x', to: 'int' } }, refused],
    [{ $convert: { input: 1, to: 'bool' } }, true],
    [{ $convert: { input: 5, to: 2 } }, '5'],
  ),
  computes(
    'toObjectId',
    '',
    [{ $toObjectId: hex }, new ObjectId(hex)],
    [{ $toObjectId: '$n' }, null],
    [{ $toObjectId: 'x' }, refused],
  ),
  computes(
    'toDate',
    '',
    [{ $toDate: 0 }, new Date(0)],
    [{ $toDate: '2026-01-01T00:00:00Z' }, new Date('2026-01-01T00:00:00Z')],
    [{ $toDate: new ObjectId(hex) }, new ObjectId(hex).getTimestamp()],
    [{ $toDate: '$q' }, null],
    [{ $toDate: 'x' }, refused],
  ),
  computes('bsonSize', '', [{ $bsonSize: '$o' }, 12], [{ $bsonSize: '$n' }, null]),
];

export const valueExpressionCases: readonly Case[] = [...strings, ...objects, ...conditions, ...types];
