import { describe, expect, test } from 'vitest';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import { RetryLaterError } from '../../../lib/sdk/errors.ts';
import { consumerWorld, delivered, handledBy, handledTogetherBy } from '../../support/consumer-world.ts';

const { consume, message, queue, record, failures, readLetters, ports } = await consumerWorld();

const START = Date.parse('2026-11-23T12:00:00.000Z');
const retry = { attempts: 3, base: 8, cap: 60 };

/** Where time stands still while a batch runs, and chance is 0.5. */
const at = (seconds: number) => ({
  clock: { ...ports.clock, now: () => START + seconds * 1000 },
  random: () => 0.5,
});

interface Copy {
  sent: ReturnType<typeof message>;
  visible: number;
  receives: number;
}

/**
 * Copies of one event, each a message of its own in a batch of its own, all that are visible at once delivered at once;
 * until none is left.
 * @returns attempts, and after how many seconds each was
 */
async function life(definition: EventDefinition, copies: number, every = 0) {
  const sent = message();
  let waiting: Copy[] = Array.from({ length: copies }, (_, copy) => ({ sent, visible: copy * every, receives: 0 }));
  for (let rounds = 0; waiting.length > 0; rounds++) {
    if (rounds > 50) throw new Error('they come back for ever');
    const now = Math.min(...waiting.map(({ visible }) => visible));
    const due = waiting.filter(({ visible }) => visible === now);
    const back = await Promise.all(due.map((copy) => deliver(definition, copy, now)));
    waiting = [...waiting.filter(({ visible }) => visible !== now), ...back.flat()];
  }
  await readLetters();
  const { state, attempts = [] } = (await record(sent)) ?? {};
  const lived = attempts.map((one) => ({ outcome: one.outcome, after: (Date.parse(one.at) - START) / 1000 }));
  return { state, attempts: lived, failures: (await failures(sent.tenant)).length };
}

async function deliver(definition: EventDefinition, { sent, receives }: Copy, now: number): Promise<Copy[]> {
  const only = delivered(sent, { receives: receives + 1, sent: START });
  const back = await consume(definition, [only], at(now));
  const change = queue.visibility.findLast(({ receiptHandle }) => receiptHandle === only.receiptHandle);
  return back.length === 0 ? [] : [{ sent, visible: now + Math.max(1, change?.seconds ?? 30), receives: receives + 1 }];
}

describe('entry 36: copies of one event end as one does, with its attempts at its times (protocol: attempts-have-a-due-time)', () => {
  const third = handledBy(
    async (_, { attempt }) => {
      if (attempt < 3) throw new Error('not yet');
    },
    { retry },
  );
  const never = handledBy(async () => Promise.reject(new Error('never')), { retry });
  const together: EventDefinition = { ...handledTogetherBy(async () => Promise.reject(new Error('no'))), retry };
  const twice = [
    { outcome: 'error', after: 0 },
    { outcome: 'error', after: 4 },
  ];

  test.each([1, 2, 5])('%i that succeed at the third attempt', async (copies) => {
    const attempts = [...twice, { outcome: 'succeeded', after: 12 }];
    expect(await life(third, copies)).toEqual({ state: 'succeeded', attempts, failures: 0 });
  });

  test.each([1, 2, 5])('%i that never succeed', async (copies) => {
    const attempts = [...twice, { outcome: 'error', after: 12 }];
    expect(await life(never, copies)).toEqual({ state: 'failed', attempts, failures: 1 });
    expect(await life(together, copies)).toEqual({ state: 'failed', attempts, failures: 1 });
  });

  test('five that come one after another, in the middle of the backoff', async () => {
    const attempts = [...twice, { outcome: 'error', after: 12 }];
    expect(await life(never, 5, 3)).toEqual({ state: 'failed', attempts, failures: 1 });
  });

  test.each([1, 2, 5])('%i whose handler asks for 20 s, at an attempt or at none', async (copies) => {
    for (const counts of [true, false]) {
      let asked = 0;
      const asks = handledBy(async () => {
        if (asked++ < copies) throw new RetryLaterError(20, 'closed', { counts });
      });
      const { state, attempts } = await life(asks, copies);
      expect(state).toBe('succeeded');
      expect(attempts.at(-1)).toEqual({ outcome: 'succeeded', after: 20 });
      expect(attempts).toHaveLength(counts ? 2 : 1);
    }
  });
});

describe('entry 36: what comes before its next attempt is due', () => {
  let runs = 0;
  const fails = handledBy(
    async () => {
      runs += 1;
      throw new RetryLaterError(20);
    },
    { retry },
  );

  test('goes back until then and does not run; a second of grace', async () => {
    const sent = message();
    await consume(fails, [delivered(sent)], at(0));
    const before = runs;
    const receives = { receives: 2, sent: START };
    expect(await consume(fails, [delivered(sent, receives)], at(5))).toHaveLength(1);
    expect(queue.visibility.at(-1)?.seconds).toBe(15);
    expect([runs, (await record(sent))?.attempts.length, (await record(sent))?.starts]).toEqual([before, 1, undefined]);
    await consume(fails, [delivered(sent, receives)], at(19));
    expect([runs, (await record(sent))?.attempts.length]).toEqual([before + 1, 2]);
  });

  test('holds up what stands behind it in its group, which is hidden no longer than it', async () => {
    const ordered: EventDefinition = { ...fails, orderedBy: () => 'one' };
    const head = message();
    const behind = message({ tenant: head.tenant, source: head.source });
    await consume(ordered, [delivered(head, { group: 'g' })], at(0));
    const before = runs;
    const again = { receives: 2, group: 'g', sent: START };
    expect(await consume(ordered, [delivered(head, again), delivered(behind, again)], at(5))).toHaveLength(2);
    expect(queue.visibility.slice(-2).map(({ seconds }) => seconds)).toEqual([15, 0]);
    expect(runs).toBe(before);
  });

  test('a run that began before others were counted leaves their due time alone, when it asks for another too', async () => {
    const sent = message();
    await consume(fails, [delivered(sent)], at(0));
    for (const counts of [true, false]) {
      const hasty = handledBy(async () => Promise.reject(new RetryLaterError(1, 'soon', { counts })));
      // A copy that is delivered for the first time looks at no record before it runs.
      await consume(hasty, [delivered(sent)], at(2));
      expect(queue.visibility.at(-1)?.seconds).toBe(18);
      expect(await record(sent)).toMatchObject({ attempts: [{}], dueAt: new Date(START + 20_000) });
    }
  });
});
