import { describe, expect, test } from 'vitest';
import { decide, type Rules } from '../../../lib/consume/decide.ts';
import type { State } from '../../../lib/consume/delivery.ts';
import type { Fact } from '../../../lib/consume/facts.ts';
import { STORED_FORMAT } from '../../../lib/core/format.ts';
import type { Attempt } from '../../../lib/core/outcome.ts';
import { describeThrown } from '../../../lib/core/thrown.ts';
import { RetryLaterError } from '../../../lib/sdk/errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { prepareDelivery } from '../../support/prepare-delivery.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clock = fakeClock();
const rules: Rules = { retry: { attempts: 5, base: 2, cap: 900 }, random: () => 0.5, clock };
/** Delivered so many times, and sent so long ago. */
const state = ({
  receives = 1,
  age = 0,
  ...known
}: { receives?: number; age?: number } & Partial<State> = {}): State => ({
  ...prepareDelivery(),
  receives,
  sentAt: clock.now() - age,
  ...known,
});

describe('what is not ready (protocol: waiting-ends)', () => {
  const reasons = ['settings-missing', 'setup-missing', 'newer-version'] as const;

  test.each(reasons)('%s comes back at no cost, as in an outage, and says why', (why) => {
    const fact: Fact = { kind: 'not-ready', why, detail: 'SECRET is not set' };
    expect(decide(state(), fact, rules)).toEqual({ kind: 'returned', seconds: 3, why });
    expect(decide(state({ receives: 900, age: 5 * DAY }), fact, rules)).toEqual({
      kind: 'returned',
      seconds: 900,
      why,
    });
  });

  test.each(reasons)('%s ends where the message would come back in its last 24 h', (why) => {
    const fact: Fact = { kind: 'not-ready', why, detail: 'SECRET is not set' };
    const edge = 6 * DAY - 900_000;
    expect(decide(state({ receives: 900, age: edge }), fact, rules)).toEqual({ kind: 'returned', seconds: 900, why });
    expect(decide(state({ receives: 900, age: edge + 1 }), fact, rules)).toEqual({
      do: 'close',
      attempts: [],
      lastWord: {
        cause: 'attempts-exhausted',
        code: why,
        message: 'it waited for as long as SQS safely keeps its message: SECRET is not set',
        group: expect.any(String),
      },
    });
  });

  test('an outage alone never ends', () => {
    const old = state({ receives: 900, age: 8 * DAY });
    expect(decide(old, { kind: 'outage', follows: false }, rules)).toMatchObject({ kind: 'returned', seconds: 900 });
  });
});

describe('a RetryLaterError that does not count (protocol: free-retry)', () => {
  const asks = (seconds: number, counts = false): Fact => ({
    kind: 'error',
    error: describeThrown(new RetryLaterError(seconds, 'the partner is closed', { counts })),
  });

  test.each([1, 11 * 3600])('of %i s comes back then, at no attempt', (seconds) => {
    for (const receives of [1, 5, 6, 500]) {
      expect(decide(state({ receives }), asks(seconds), rules)).toMatchObject({ do: 'record-return', seconds });
    }
    expect(decide(state(), { kind: 'return-recorded', seconds }, rules)).toEqual({ kind: 'returned', seconds });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0, -5])(
    'of %d s comes back later each time, so that a wait is not used up in minutes',
    (asked) => {
      const waits = [1, 4, 8, 500].map((receives) => decide(state({ receives }), asks(asked), rules));
      const seconds = waits.map((one) => ('do' in one && one.do === 'record-return' ? one.seconds : Number.NaN));
      expect(seconds.toSorted((one, other) => one - other)).toEqual(seconds);
      expect(new Set(seconds).size).toBe(4);
      expect(seconds[3]).toBeGreaterThan(60);
    },
  );

  test('costs an attempt after all once SQS has delivered the event more than 500 times', () => {
    expect(decide(state({ receives: 501 }), asks(1), rules)).toMatchObject({
      do: 'record-attempt',
      seconds: 1,
      attempt: { outcome: 'error', error: { code: 'retry-later', message: 'the partner is closed' } },
    });
  });

  test('ends where it would come back in the last 24 h of its message (protocol: waiting-ends)', () => {
    const edge = 6 * DAY - 11 * HOUR;
    expect(decide(state({ receives: 13, age: edge }), asks(11 * 3600), rules)).toMatchObject({ do: 'record-return' });
    expect(decide(state({ receives: 13, age: edge + 1 }), asks(11 * 3600), rules)).toMatchObject({
      do: 'close',
      attempts: [],
      lastWord: {
        cause: 'attempts-exhausted',
        code: 'retry-later',
        message: 'it waited for as long as SQS safely keeps its message: the partner is closed',
      },
    });
    expect(decide(state({ receives: 13, age: edge + 1 }), asks(3600), rules)).toMatchObject({ do: 'record-return' });
  });

  test('that counts is an attempt, also of what an outage made old; the last one where no hour would be left', () => {
    expect(decide(state(), asks(60, true), rules)).toMatchObject({ do: 'record-attempt', seconds: 60 });
    const edge = 7 * DAY - HOUR - 60_000;
    expect(decide(state({ age: edge }), asks(60, true), rules)).toMatchObject({ do: 'record-attempt', seconds: 60 });
    const late = decide(state({ age: edge + 1 }), asks(60, true), rules);
    expect(late).toMatchObject({ do: 'close', attempts: [{}], lastWord: { message: 'the partner is closed' } });
  });
});

test('a record of newer code is waited for, and at the end its letter is sent without closing it (protocol: waiting-ends)', () => {
  const { key, message } = state();
  const { tenant, source, id, type, time, recordedtime, fingerprint, replay } = message;
  const standing = { tenant, source, id, type, time, recordedtime, fingerprint, replay, extensions: '{}' };
  const attempts: Attempt[] = [{ at: recordedtime, outcome: 'error' }];
  const record = { _id: key, format: STORED_FORMAT + 1, state: 'retrying' as const, attempts, ...standing };
  const read: Fact = { kind: 'record-read', record };
  expect(decide(state(), read, rules)).toEqual({ kind: 'returned', seconds: 3, why: 'newer-version' });
  expect(decide(state({ age: 6 * DAY }), read, rules)).toMatchObject({
    do: 'send-letter',
    attempts,
    lastWord: { cause: 'attempts-exhausted', code: 'newer-version' },
  });
});

test('a fault of no one that stays is an attempt after 20 returns (protocol: free-returns)', () => {
  const error = describeThrown(new Error('they meet'));
  const counted = (returns: number) => decide(state(), { kind: 'return-counted', returns, error }, rules);
  expect(counted(20)).toMatchObject({ kind: 'returned' });
  expect(counted(21)).toMatchObject({ do: 'record-attempt', attempt: { outcome: 'error' } });
});
