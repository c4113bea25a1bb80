import { describe, expect, test } from 'vitest';
import { conflictSeconds, outageSeconds, rerunMs, retrySeconds } from '../../../lib/consume/retry.ts';
import { describeThrown } from '../../../lib/core/thrown.ts';
import { RetryLaterError } from '../../../lib/sdk/errors.ts';

const latest = () => 0.999_999;
const earliest = () => 0;
const options = { attempts: 10, base: 2, cap: 900 };

describe('backoff', () => {
  test.each([
    [1, 2],
    [2, 4],
    [3, 8],
    [9, 512],
    [10, 900],
    [40, 900],
  ])('after attempt %i at most %i s, full jitter', (attempt, most) => {
    expect(retrySeconds(describeThrown(new Error('x')), attempt, options, latest)).toBe(most);
    expect(retrySeconds(describeThrown(new Error('x')), attempt, options, earliest)).toBe(0);
  });

  test.each([
    [0, 0],
    [0.2, 1],
    [-5, 0],
    [3600, 3600],
    [39_600, 39_600],
    [43_200, 39_600],
  ])('RetryLaterError(%d) is honoured as %d s', (asked, given) => {
    expect(retrySeconds(describeThrown(new RetryLaterError(asked)), 1, options, latest)).toBe(given);
  });

  test('RetryLaterError with what is no number, such as a date, leaves it to the backoff, and says so', () => {
    const error = new RetryLaterError(Number('Fri, 27 Nov 2026 09:00:00 GMT'));
    expect(retrySeconds(describeThrown(error), 3, options, latest)).toBe(8);
    expect(error.message).toBe('asked to be run again, after a time that is no number');
  });

  test('an outage waits up to 5 s, doubling, then 10 to 20 minutes', () => {
    expect([1, 2, 3, 7].map((receives) => outageSeconds(receives, latest))).toEqual([5, 10, 20, 320]);
    expect([8, 20, 1000].map((receives) => outageSeconds(receives, earliest))).toEqual([600, 600, 600]);
    expect([8, 20, 1000].map((receives) => outageSeconds(receives, latest))).toEqual([1200, 1200, 1200]);
  });

  test('entry 42: what an outage sent back together comes back spread over each of its waits', () => {
    const spread = Array.from({ length: 100 }, (_, index) => () => index / 100);
    for (const receives of [1, 2, 3, 4, 5, 6, 7, 8, 50]) {
      const waits = spread.map((random) => outageSeconds(receives, random));
      const longest = outageSeconds(receives, latest);
      expect(new Set(waits).size).toBeGreaterThanOrEqual(Math.min(5, longest));
      // No more than a quarter of them within any one second, or the shortest wait could not spread them either.
      const fullest = Math.max(...waits.map((wait) => waits.filter((other) => other === wait).length));
      expect(fullest).toBeLessThanOrEqual(25);
    }
  });

  test('conflicts come back within seconds, reruns within milliseconds', () => {
    expect([conflictSeconds(1, earliest), conflictSeconds(5, latest)]).toEqual([1, 3]);
    expect([conflictSeconds(6, latest), conflictSeconds(8, latest)]).toEqual([5, 20]);
    expect(conflictSeconds(100, earliest)).toBe(600);
    expect([0, 4].map((rerun) => Math.round(rerunMs(rerun, latest)))).toEqual([20, 320]);
  });
});

describe('RetryLaterError', () => {
  test('counts unless it says otherwise, with a message of its own or without', () => {
    const cause = new Error('closed');
    const forms = [
      new RetryLaterError(5),
      new RetryLaterError(5, 'closed'),
      new RetryLaterError(5, 'closed', { code: 'closed', cause }),
      new RetryLaterError(5, undefined, { counts: false }),
      new RetryLaterError(5, { counts: false }),
      new RetryLaterError(5, { code: 'closed', counts: false, cause }),
      new RetryLaterError(5, 'closed', { counts: false }),
      // @ts-expect-error no such option
      new RetryLaterError(5, { count: false }),
      // @ts-expect-error the options stand at the end
      new RetryLaterError(5, { counts: false }, 'closed'),
    ];
    const own = 'asked to be run again in 5 s';
    expect(forms.slice(0, 7).map(({ message, code, counts }) => [message, code, counts])).toEqual([
      [own, 'retry-later', true],
      ['closed', 'retry-later', true],
      ['closed', 'closed', true],
      [own, 'retry-later', false],
      [own, 'retry-later', false],
      [own, 'closed', false],
      ['closed', 'retry-later', false],
    ]);
    expect(forms.map((error) => error.cause)).toEqual([
      undefined,
      undefined,
      cause,
      undefined,
      undefined,
      cause,
      ...Array(3),
    ]);
    expect(forms.every(({ seconds, retryable }) => seconds === 5 && retryable)).toBe(true);
  });
});
