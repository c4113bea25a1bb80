import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Database } from '../../../../local/engines/redis/database.ts';
import { Expiries } from '../../../../local/engines/redis/expiries.ts';
import type { Value } from '../../../../local/engines/redis/value.ts';

const text: Value = { kind: 'string', text: 'v' };

test('what is due is taken, the soonest first, whatever was set and unset before', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const change = fc.record({ key, at: fc.option(fc.nat(20), { nil: undefined }) });
  const step = fc.oneof(change, fc.record({ now: fc.nat(20) }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const expiries = new Expiries();
      const model = new Map<string, number>();
      for (const one of steps) {
        if ('key' in one) {
          expiries.set(one.key, one.at);
          if (one.at === undefined) model.delete(one.key);
          else model.set(one.key, one.at);
          expect(expiries.size).toBe(model.size);
          continue;
        }
        const taken: (number | undefined)[] = [];
        for (let due = expiries.takeDue(one.now); due !== undefined; due = expiries.takeDue(one.now)) {
          taken.push(model.get(due));
          model.delete(due);
        }
        expect(taken).toEqual([...taken].sort((a, b) => Number(a) - Number(b)));
        expect([...model.values()].filter((at) => at <= one.now)).toEqual([]);
        expect(taken.every((at) => at !== undefined && at <= one.now)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('looking for what is due costs nothing for keys that are not', () => {
  let looks = 0;
  const database = new Database(() => {
    looks++;
    return 0;
  });
  for (let index = 0; index < 10_000; index++) database.put(`key:${index}`, text, 1000 + (index % 7));
  looks = 0;
  database.sweep();
  expect(database.size).toBe(10_000);
  expect(looks).toBeLessThan(5);
});

test('a key whose expiry is put off again and again is one key to look after', () => {
  let now = 0;
  const database = new Database(() => now);
  for (let index = 0; index < 10_000; index++) database.put('key', text, 1000 + index);
  expect(database.expiring).toBe(1);
  now = 10_998;
  database.sweep();
  expect(database.size).toBe(1);
  now = 10_999;
  database.sweep();
  expect([database.size, database.expiring]).toEqual([0, 0]);
});
