import { describe, expect, test } from 'vitest';
import { RetryLaterError } from '../../../lib/sdk/errors.ts';
import { secondsOfRetryAfter } from '../../../lib/sdk/retry-after.ts';

const now = Date.UTC(1994, 10, 6, 8, 49, 7, 400);

describe('the value of a Retry-After', () => {
  test.each([
    ['120', 120],
    [' 0 ', 0],
    ['39601', 39_600],
    ['9'.repeat(400), 39_600],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30],
    ['Sun Nov  6 08:49:37 1994', 30],
    ['Sun, 06 Nov 1994 08:49:07 GMT', 0],
    ['Mon, 07 Nov 1994 08:49:37 GMT', 39_600],
  ])('%s asks for %i s', (value, seconds) => {
    expect(secondsOfRetryAfter(value, now)).toBe(seconds);
  });

  test.each(['', 'soon', '-5', '1.5', '1e3', '0x10', '5 s', '1994-11-06T08:49:37Z', 'Sun, 36 Nov 1994 08:49:37 GMT'])(
    '%j asks for nothing that is known',
    (value) => {
      expect(secondsOfRetryAfter(value, now)).toBeNaN();
    },
  );
});

describe('RetryLaterError takes it as it stands', () => {
  test('seconds, or a date from now on', () => {
    expect(new RetryLaterError('60')).toMatchObject({ seconds: 60, message: 'asked to be run again in 60 s' });
    const { seconds } = new RetryLaterError(new Date(Date.now() + 3600_000).toUTCString(), { counts: false });
    expect(seconds).toBeGreaterThan(3590);
    expect(seconds).toBeLessThanOrEqual(3600);
  });

  test('and says what it is where it is neither', () => {
    const { message, seconds } = new RetryLaterError('soon');
    expect(message).toBe('asked to be run again after "soon", which is neither seconds nor a date of HTTP');
    expect(seconds).toBeNaN();
    expect(new RetryLaterError('soon', 'the partner is busy').message).toBe('the partner is busy');
    expect(new RetryLaterError('x'.repeat(1e6)).message.length).toBeLessThan(200);
  });
});
