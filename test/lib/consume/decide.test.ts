import { describe, expect, test } from 'vitest';
import { decide, type Rules } from '../../../lib/consume/decide.ts';
import type { State } from '../../../lib/consume/delivery.ts';
import type { Fact } from '../../../lib/consume/facts.ts';
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
    expect(decide(state(), fact, rules)).toEqual({ kind: 'returned', seconds: 5, why });
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

test('a fault of no one that stays is an attempt after 20 returns (protocol: free-returns)', () => {
  const error = new Error('they meet');
  const counted = (returns: number) => decide(state(), { kind: 'return-counted', returns, error }, rules);
  expect(counted(20)).toMatchObject({ kind: 'returned' });
  expect(counted(21)).toMatchObject({ do: 'record-attempt', attempt: { outcome: 'error' } });
});
