import { describe, expect, test } from 'vitest';
import { partsOf, standing, sumOf, timePart, usdOf } from '../../deploy/cost/cost.ts';
import { costLines } from '../../deploy/cost/page.ts';
import { read } from '../support/repository.ts';
import { ordered, plain } from '../support/service-definitions.ts';

const shape = { name: '', eventsARequest: 1, eventsABatch: 10, ordered: false, logBytes: 300 };
const countsOf = (more: Partial<typeof shape>) =>
  Object.fromEntries(partsOf({ ...shape, ...more }).map(({ what, count }) => [what, count]));

describe('what a million events cost', () => {
  test('is made of requests, invocations, calls to SQS and logs', () => {
    expect(countsOf({})).toEqual({
      requests: 1_000_000,
      'invocations of ingest and consumer': 1_100_000,
      'calls to SQS': 1_200_000,
      'of them with a group': 1_000_000,
      'bytes of log': 300_000_000,
    });
    // 1 + 0.22 + 0.48 + 0.1 + 0.15
    expect(sumOf(partsOf(shape))).toBeCloseTo(1.95, 10);
  });

  test('is less where many come in a request, whose events go to SQS by tens', () => {
    expect(countsOf({ eventsARequest: 100 })).toMatchObject({ requests: 10_000, 'calls to SQS': 300_000 });
    expect(countsOf({ eventsARequest: 25 })).toMatchObject({ 'calls to SQS': 40_000 * 3 + 200_000 });
    expect(countsOf({ eventsABatch: 1000 })).toMatchObject({ 'calls to SQS': 1_200_000 });
  });

  test('is by the price of FIFO queues where a type is ordered', () => {
    expect(partsOf({ ...shape, ordered: true }).map(({ price }) => price)).toEqual([
      ...['apiRequest', 'invocation', 'fifoRequest', 'logByte'],
    ]);
  });

  test('grows with each ten milliseconds of a function', () => {
    expect(usdOf(timePart)).toBeCloseTo(0.133_334, 10);
  });
});

test('what stands there each month is counted in the template: alarms by their metrics, queues by what asks them', async () => {
  const { fixed, aType, anOrderedType } = await standing(plain, ordered);
  const counts = (parts: typeof fixed) => parts.map(({ count }) => count);
  // Errors, throttles and time of twelve functions; dead letters 2 x 5, replays 4, outage, ingest, API, open, unreadable.
  expect(counts(fixed)).toEqual([12 * 3 + 2 * 5 + 4 + 5, 1, expect.any(Number), 3 * 648_000]);
  // Standstill 4, failures 1, slow 2, old 2, its function 4.
  expect(counts(aType)).toEqual([13, 0, expect.any(Number), 648_000]);
  expect(counts(anOrderedType)[0]).toBe(13);
});

test('docs/cost.md says what is deployed: npm run docs:cost', async () => {
  const page = read('docs/cost.md');
  for (const line of await costLines(plain, ordered)) expect(page).toContain(line);
});
