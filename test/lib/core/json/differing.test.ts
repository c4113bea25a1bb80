import { describe, expect, test } from 'vitest';
import { differing } from '../../../../lib/core/json/differing.ts';

describe('pointers of what differs', () => {
  test.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2 }, ['/data/a']],
    [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 3 }] } }, ['/data/a/b/1/c']],
    [{ a: 1 }, {}, ['/data/a']],
    [{}, { a: { b: 1 } }, ['/data/a']],
    [[1], [1, 2], ['/data/1']],
    [{}, [], ['/data']],
    [undefined, { a: 1 }, ['/data']],
    [null, 0, ['/data']],
    [{ 'a/b': 1, 'c~d': 1 }, { 'a/b': 2, 'c~d': 2 }, ['/data/a~1b', '/data/c~0d']],
    [{}, { toString: 1 }, ['/data/toString']],
  ])('between %j and %j are %j', (before, after, pointers) => {
    expect(differing(before, after, '/data')).toEqual(pointers);
  });

  test('are 50 at most, each of 300 characters at most', () => {
    const many = Array.from({ length: 1000 }, (_, index) => index);
    expect(differing(many, many.toReversed())).toHaveLength(50);
    const long = { a: { ['x'.repeat(400)]: 1, ['y'.repeat(400)]: 1 } };
    expect(differing(long, { a: { ['x'.repeat(400)]: 2, ['y'.repeat(400)]: 2 } })).toEqual(['/a']);
  });
});
