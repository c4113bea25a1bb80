import { describe, expect, test } from 'vitest';
import { kindNames, kindOf } from '../../../lib/sdk/projection.ts';

describe('the kinds of projection', () => {
  test.each<[string, (kind: (typeof kindNames)[number]) => string[]]>([
    ['command', (kind) => [kindOf(kind).command]],
    ['method of the recorder', (kind) => Object.keys(kindOf(kind).record(() => undefined, String))],
    ['method of the reader', (kind) => Object.keys(kindOf(kind).read(async () => expect.unreachable()))],
  ])('have a %s each, of no other kind', (_, names) => {
    const all = kindNames.flatMap(names);
    expect(all).toHaveLength(kindNames.length);
    expect(new Set(all).size).toBe(all.length);
  });

  test.each([
    [0, 2, true],
    [0, 3, false],
    [3, 1, true],
    [10_000, 10_324, true],
    [10_000, 10_325, false],
    [10_000, 9_676, true],
    [10_000, 9_675, false],
  ])('of %i members a hyperloglog may count %i: %s', (members, count, right) => {
    const told = new Map(Array.from({ length: members }, (_, index) => [`m${index}`, 1n]));
    expect(kindOf('hyperloglog').compare(told, count)).toEqual(right ? [] : [{ expected: members, found: count }]);
  });
});
