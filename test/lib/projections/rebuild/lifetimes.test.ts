import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Lifetimes } from '../../../../lib/projections/rebuild/lifetimes.ts';

/** What Redis does with changes in the order of time: each says anew how long the key lives. */
function lived(changes: readonly number[], keepMs: (at: number) => number): { members: number[]; end: number } {
  let members: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const at of changes.toSorted((a, b) => a - b)) {
    members = at > end ? [at] : [...members, at];
    end = at + keepMs(at);
  }
  return { members, end };
}

it('tells, from changes in any order, what a key that ends holds and when it ends, also where it was kept otherwise before', () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 });
  const keep = fc.oneof(fc.integer({ min: 1, max: 10 }), fc.constant(Number.POSITIVE_INFINITY));
  fc.assert(
    fc.property(times, keep, keep, fc.integer({ min: 0, max: 60 }), (changes, before, after, deployed) => {
      const keepMs = (at: number) => (at < deployed ? before : after);
      const lifetimes = new Lifetimes();
      for (const at of changes) lifetimes.add('key', at, keepMs(at));
      const ends = changes.map((at) => ({ at, end: lifetimes.endOf('key', at, keepMs(at)) }));
      const members = ends.filter(({ end }) => end !== undefined);
      const expected = lived(changes, keepMs);
      expect(members.map(({ at }) => at).toSorted((a, b) => a - b)).toEqual(expected.members);
      for (const { end } of members) expect(end).toBe(expected.end);
    }),
    { numRuns: 1000 },
  );
});

it('takes in a change that came after all that it knows', () => {
  const lifetimes = new Lifetimes();
  lifetimes.add('key', 10, 5);
  expect(lifetimes.endOf('key', 30, 5)).toBe(35);
  expect(lifetimes.endOf('key', 12, 5)).toBe(17);
  expect(lifetimes.endOf('other', 30, 5)).toBe(35);
});
