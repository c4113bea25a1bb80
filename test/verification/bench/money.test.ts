import { expect, test } from 'vitest';
import { dollarsOfAMillion } from '../../../verification/bench/money.ts';

const nothing = { events: 1, httpRequests: 0, sqsRequests: 0, invocations: 0, gbSeconds: 0, logBytes: 0 };

test('a million events cost a million times what one did, each part by its price', () => {
  expect(dollarsOfAMillion({ ...nothing, httpRequests: 1 })).toBeCloseTo(1, 9);
  expect(dollarsOfAMillion({ ...nothing, events: 10, sqsRequests: 10 })).toBeCloseTo(0.4, 9);
  expect(dollarsOfAMillion({ ...nothing, invocations: 1 })).toBeCloseTo(0.2, 9);
  expect(dollarsOfAMillion({ ...nothing, gbSeconds: 0.1 })).toBeCloseTo(1.33334, 9);
  expect(dollarsOfAMillion({ ...nothing, logBytes: 1024 })).toBeCloseTo(0.5 * (1_000_000 / 1_000_000_000) * 1024, 9);
  const all = { events: 1, httpRequests: 1, sqsRequests: 1, invocations: 1, gbSeconds: 0.1, logBytes: 0 };
  expect(dollarsOfAMillion(all)).toBeCloseTo(1 + 0.4 + 0.2 + 1.33334, 9);
});

test('what no event costs has no price', () => {
  expect(() => dollarsOfAMillion({ ...nothing, events: 0 })).toThrow('no price');
});
