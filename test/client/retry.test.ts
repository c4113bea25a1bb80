import { describe, expect, test } from 'vitest';
import { realPace, retryAfterMs, startRetrying } from '../../client/retry.ts';

const now = Date.parse('2026-11-23T12:00:00Z');

describe('Retry-After', () => {
  test.each([
    ['whole seconds', '7', 7000],
    ['zero', '0', 0],
    ['an HTTP-date ahead', 'Mon, 23 Nov 2026 12:00:30 GMT', 30_000],
    ['an HTTP-date gone by', 'Mon, 23 Nov 2026 11:00:00 GMT', 0],
    ['nothing', null, undefined],
    ['a negative number', '-3', undefined],
    ['a fraction', '1.5', undefined],
    ['prose', 'soon', undefined],
    ['a date that is none', 'Mon, 99 Nov 2026 12:00:30 GMT', undefined],
  ])('%s', (_, value, expected) => {
    expect(retryAfterMs(value, now)).toBe(expected);
  });
});

describe('retrying', () => {
  const policy = { retries: 4, baseMs: 100, capMs: 300, patienceMs: 60_000 };
  const pace = (random: number) => {
    const slept: number[] = [];
    let at = now;
    return {
      slept,
      now: () => at,
      random: () => random,
      async sleep(ms: number) {
        slept.push(ms);
        at += ms;
      },
    };
  };

  test('pauses for a random part of twice the pause before, up to the cap, and then gives up', async () => {
    const time = pace(0.5);
    const mayTryAgain = startRetrying(policy, time);
    const answers = [];
    for (let i = 0; i < 5; i += 1) answers.push(await mayTryAgain());
    expect(time.slept).toEqual([50, 100, 150, 150]);
    expect(answers).toEqual([true, true, true, true, false]);
  });

  test('never pauses shorter than the server asked for', async () => {
    const time = pace(0.5);
    await startRetrying(policy, time)(2000);
    expect(time.slept).toEqual([2000]);
  });

  test('gives up at once where the pause would outlast its patience', async () => {
    const time = pace(0.5);
    expect(await startRetrying(policy, time)(60_001)).toBe(false);
    expect(time.slept).toEqual([]);
  });

  test('a pause ends with the reason of the signal that aborts it', async () => {
    const abort = new AbortController();
    const pause = realPace.sleep(60_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(pause).rejects.toThrow('enough');
  });

  test('a pause does not begin under a signal that is aborted already', async () => {
    await expect(realPace.sleep(60_000, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
