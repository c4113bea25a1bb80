import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lifetimes } from '../../../../lib/projections/rebuild/lifetimes.ts';

/** What Redis does with changes in the order of time: each gives the key so long to live. */
function lived(
  changes: readonly number[],
  keepMs: number,
  now: number,
): { members: number[]; end: number | undefined } {
  let members: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const at of changes.toSorted((a, b) => a - b)) {
    members = at > end ? [at] : [...members, at];
    end = at + keepMs;
  }
  return end > now ? { members, end } : { members: [], end: undefined };
}

it('tells, from changes in any order, what a key that ends holds and when it ends', () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 10 }), fc.integer({ min: 60, max: 75 }), (changes, keepMs, now) => {
      const lifetimes = new Lifetimes();
      for (const at of changes) lifetimes.add('key', at, keepMs);
      const ends = changes.map((at) => ({ at, end: lifetimes.endOf('key', at, keepMs, now) }));
      const members = ends.filter(({ end }) => end !== undefined);
      const expected = lived(changes, keepMs, now);
      expect(members.map(({ at }) => at).toSorted((a, b) => a - b)).toEqual(expected.members);
      for (const { end } of members) expect(end).toBe(expected.end);
    }),
    { numRuns: 1000 },
  );
});

it('takes in a change that came after all that it knows', () => {
  const lifetimes = new Lifetimes();
  lifetimes.add('key', 10, 5);
  expect(lifetimes.endOf('key', 30, 5, 32)).toBe(35);
  expect(lifetimes.endOf('key', 12, 5, 14)).toBe(17);
  expect(lifetimes.endOf('other', 30, 5, 32)).toBe(35);
});
