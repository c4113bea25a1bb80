import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { resultText } from '../../../lib/consume/result-text.ts';
import { plainDetails } from '../../../lib/core/plain.ts';
import { redactionFrom } from '../../../lib/core/redaction.ts';
import { describeThrown, originalOf } from '../../../lib/core/thrown.ts';
import { cpuMs } from '../../support/cpu-time.ts';
import { hostileValues, type Reads } from '../../support/hostile-values.ts';

const reads: Reads = { count: 0 };
const values = hostileValues(reads);
const sensitive = redactionFrom(['ann@example.org', 'elsewhere', 'x']);

/** What is read of any value at all. */
const MOST_READS = 10_000;
/** For one value; what has no bound takes minutes. */
const MOST_MS = 2000;

/** The value as it is, and within what else a handler may make of it. */
const wrapped: readonly ((value: unknown) => unknown)[] = [
  (value) => value,
  (value) => new Error('outer', { cause: value }),
  (value) => new AggregateError([value, value], 'outer'),
  (value) => ({ details: [value, { value }] }),
  (value) => Array(50).fill(value),
];

async function within(work: () => unknown): Promise<void> {
  reads.count = 0;
  expect(await cpuMs(work)).toBeLessThan(MOST_MS);
  expect(reads.count).toBeLessThan(MOST_READS);
}

describe.each(values)('entry 1, entry 4, entry 5: whatever reads %s ends within bounds', (_, make) => {
  test.each(wrapped.map((wrap, index) => [index, wrap] as const))('wrapped in way %i', async (_, wrap) => {
    const value = wrap(make());
    await within(() => {
      for (const bounded of [undefined, sensitive]) {
        const described = describeThrown(value, bounded);
        expect(originalOf(described)).toBe(value);
        expect(JSON.stringify(described).length).toBeLessThan(10_000);
        expect(JSON.stringify(plainDetails(value as Record<string, unknown>, bounded)).length).toBeLessThan(20_000);
      }
    });
    await within(() => {
      try {
        expect(resultText(value)?.length ?? 0).toBeLessThanOrEqual(1_048_576);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-result' });
      }
    });
  });
});

/** Members that hold another of these values each time they are read, or throw. */
const hostile = fc
  .dictionary(
    fc.constantFrom(
      'name',
      'message',
      'code',
      'stack',
      'cause',
      'errors',
      'issues',
      'length',
      '0',
      'toJSON',
      'then',
      'a',
    ),
    fc.array(fc.nat(values.length), { minLength: 1, maxLength: 3 }),
  )
  .map((members) => {
    const error = Object.keys(members).length % 2 === 0 ? new AggregateError([], 'x') : {};
    // Where there is none V8 makes it when it is read, and makes texts of name and message for it, hundreds of times where one is the error.
    if (!Object.hasOwn(members, 'stack')) Object.defineProperty(error, 'stack', { value: 'Error: x' });
    for (const [name, places] of Object.entries(members)) {
      let turn = 0;
      const get = () => {
        reads.count++;
        const [, make] = values[places[turn++ % places.length] ?? 0] ?? [];
        return make ? make() : error;
      };
      Object.defineProperty(error, name, { get, enumerable: true, configurable: true });
    }
    return { value: error };
  });

test('entry 1, entry 4, entry 5: members that are other hostile values each time they are read', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async ({ value }) => {
      await within(() => {
        describeThrown(value, sensitive);
        plainDetails(value as Record<string, unknown>, sensitive);
        try {
          resultText(value);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid-result' });
        }
      });
    }),
    { numRuns: 50 },
  );
}, 60_000);

test('an integer of MongoDB that no number holds is no result: JSON would say its halves; others are as they are', () => {
  const documents = (value: unknown) => BSON.deserialize(BSON.serialize({ count: value }));
  expect(() => resultText(documents(2n ** 60n))).toThrow(
    'the result cannot be kept: there is an integer of MongoDB beyond 2^53 in it',
  );
  expect(resultText(documents(2n ** 50n))).toBe(`{"count":${2 ** 50}}`);
  expect(resultText(documents(7))).toBe('{"count":7}');
});

test('entry 5: of what JSON carries a result is what JSON makes of it', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withBoxedValues: true, withNullPrototype: true }), (value) => {
      let text: string | undefined;
      try {
        text = resultText(value);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid-result' });
        return;
      }
      expect(text).toBe(JSON.stringify(value));
    }),
    { numRuns: 500 },
  );
});
