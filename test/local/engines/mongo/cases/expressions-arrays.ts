import type { Case } from './case.ts';
import { computes, refused } from './expression.ts';

const arrays: Case[] = [
  computes(
    'arrayElemAt',
    '',
    [{ $arrayElemAt: ['$l', 0] }, 3],
    [{ $arrayElemAt: ['$l', -1] }, 2],
    [{ $arrayElemAt: ['$l', 9] }, undefined],
    [{ $arrayElemAt: ['$q', 0] }, null],
    [{ $arrayElemAt: ['$a', 0] }, refused],
  ),
  computes(
    'concatArrays',
    '',
    [{ $concatArrays: ['$l', [9]] }, [3, 1, 2, 9]],
    [{ $concatArrays: ['$l', '$q'] }, null],
    [{ $concatArrays: ['$a'] }, refused],
  ),
  computes(
    'filter',
    '',
    [{ $filter: { input: '$l', cond: { $gte: ['$$this', 2] } } }, [3, 2]],
    [{ $filter: { input: '$l', as: 'x', cond: { $gte: ['$$x', 1] }, limit: 2 } }, [3, 1]],
    [{ $filter: { input: '$q', cond: true } }, null],
    [{ $filter: { input: '$a', cond: true } }, refused],
  ),
  computes('first', 'of an array', [{ $first: '$l' }, 3], [{ $first: '$q' }, null], [{ $first: [[]] }, undefined]),
  computes('last', 'of an array', [{ $last: '$l' }, 2], [{ $last: '$n' }, null]),
  computes(
    'firstN',
    'of an array',
    [{ $firstN: { n: 2, input: '$l' } }, [3, 1]],
    [{ $firstN: { n: 9, input: '$l' } }, [3, 1, 2]],
  ),
  computes('lastN', 'of an array', [{ $lastN: { n: 2, input: '$l' } }, [1, 2]]),
  computes('maxN', 'of an array', [{ $maxN: { n: 2, input: '$l' } }, [3, 2]]),
  computes('minN', 'of an array', [{ $minN: { n: 2, input: '$l' } }, [1, 2]]),
  computes('in', '', [{ $in: [2, '$l'] }, true], [{ $in: ['x', '$l'] }, false], [{ $in: [2, '$q'] }, refused]),
  computes(
    'indexOfArray',
    '',
    [{ $indexOfArray: ['$l', 1] }, 1],
    [{ $indexOfArray: ['$l', 9] }, -1],
    [{ $indexOfArray: [['a', 'b', 'a'], 'a', 1] }, 2],
    [{ $indexOfArray: ['$n', 1] }, null],
  ),
  computes('isArray', '', [{ $isArray: '$l' }, true], [{ $isArray: ['$a'] }, false], [{ $isArray: '$q' }, false]),
  computes(
    'map',
    '',
    [{ $map: { input: '$l', as: 'x', in: { $multiply: ['$$x', 2] } } }, [6, 2, 4]],
    [{ $map: { input: '$l', in: { $add: ['$$this', '$a'] } } }, [10, 8, 9]],
    [{ $map: { input: '$q', in: 1 } }, null],
    [{ $map: { input: '$a', in: 1 } }, refused],
  ),
  computes(
    'range',
    'without the end',
    [{ $range: [0, 10, 2] }, [0, 2, 4, 6, 8]],
    [{ $range: [10, 0, -2] }, [10, 8, 6, 4, 2]],
    [{ $range: [0, 10, -2] }, []],
    [{ $range: [0, 3] }, [0, 1, 2]],
    [{ $range: [0, 5, 0] }, refused],
  ),
  computes(
    'reduce',
    '',
    [{ $reduce: { input: ['a', 'b', 'c'], initialValue: '', in: { $concat: ['$$value', '$$this'] } } }, 'abc'],
    [
      {
        $reduce: {
          input: '$l',
          initialValue: { sum: 5, product: 2 },
          in: { sum: { $add: ['$$value.sum', '$$this'] }, product: { $multiply: ['$$value.product', '$$this'] } },
        },
      },
      { sum: 11, product: 12 },
    ],
    [{ $reduce: { input: '$q', initialValue: 0, in: 1 } }, null],
  ),
  computes(
    'reverseArray',
    '',
    [{ $reverseArray: '$l' }, [2, 1, 3]],
    [{ $reverseArray: '$n' }, null],
    [{ $reverseArray: '$a' }, refused],
  ),
  computes('size', 'of what is no array is an error', [{ $size: '$l' }, 3], [{ $size: '$q' }, refused]),
  computes(
    'slice',
    '',
    [{ $slice: ['$l', 2] }, [3, 1]],
    [{ $slice: ['$l', -2] }, [1, 2]],
    [{ $slice: ['$l', 1, 1] }, [1]],
    [{ $slice: ['$l', -2, 1] }, [1]],
    [{ $slice: ['$l', 9, 1] }, []],
    [{ $slice: ['$q', 1] }, null],
  ),
  computes(
    'sortArray',
    '',
    [{ $sortArray: { input: '$l', sortBy: 1 } }, [1, 2, 3]],
    [{ $sortArray: { input: [{ n: 1 }, { n: 2 }], sortBy: { n: -1 } } }, [{ n: 2 }, { n: 1 }]],
    [{ $sortArray: { input: '$n', sortBy: 1 } }, null],
  ),
  computes(
    'zip',
    '',
    [
      {
        $zip: {
          inputs: [
            [1, 2, 3],
            ['a', 'b', 'c'],
          ],
        },
      },
      [
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ],
    ],
    [{ $zip: { inputs: [[1, 2], [3]] } }, [[1, 3]]],
    [
      { $zip: { inputs: [[1], [2, 3]], useLongestLength: true, defaults: ['x', 'y'] } },
      [
        [1, 2],
        ['x', 3],
      ],
    ],
    [{ $zip: { inputs: ['$q', [1]] } }, null],
  ),
  computes(
    'allElementsTrue',
    '',
    [{ $allElementsTrue: [[true, 1, 'x']] }, true],
    [{ $allElementsTrue: [[[false]]] }, true],
    [{ $allElementsTrue: [[]] }, true],
    [{ $allElementsTrue: [[null, 1]] }, false],
    [{ $allElementsTrue: '$a' }, refused],
  ),
  computes(
    'anyElementTrue',
    '',
    [{ $anyElementTrue: [[false, 1]] }, true],
    [{ $anyElementTrue: [[null, false, 0]] }, false],
    [{ $anyElementTrue: [[]] }, false],
  ),
];

const sets: Case[] = [
  computes(
    'setUnion',
    '',
    [
      {
        $sortArray: {
          input: {
            $setUnion: [
              ['a', 'b', 'a'],
              ['b', 'c'],
            ],
          },
          sortBy: 1,
        },
      },
      ['a', 'b', 'c'],
    ],
    [{ $setUnion: [['a'], '$n'] }, null],
  ),
  computes(
    'setIntersection',
    '',
    [
      {
        $setIntersection: [
          ['a', 'b', 'a'],
          ['b', 'a'],
        ],
      },
      ['a', 'b'],
    ],
    [{ $setIntersection: [['a', 'b'], [['a', 'b']]] }, []],
    [{ $setIntersection: ['$a', []] }, refused],
  ),
  computes(
    'setDifference',
    '',
    [{ $setDifference: [['a', 'b', 'a'], ['b']] }, ['a']],
    [{ $setDifference: [['a'], '$q'] }, null],
  ),
  computes(
    'setEquals',
    '',
    [
      {
        $setEquals: [
          ['a', 'b', 'a'],
          ['b', 'a'],
        ],
      },
      true,
    ],
    [{ $setEquals: [['a'], [['a']]] }, false],
    [{ $setEquals: ['$a', []] }, refused],
  ),
  computes(
    'setIsSubset',
    '',
    [
      {
        $setIsSubset: [
          ['a', 'b', 'a'],
          ['b', 'a', 'c'],
        ],
      },
      true,
    ],
    [{ $setIsSubset: [['a', 'b'], [['a', 'b']]] }, false],
    [{ $setIsSubset: ['$n', []] }, refused],
  ),
];

export const arrayExpressionCases: readonly Case[] = [...arrays, ...sets];
