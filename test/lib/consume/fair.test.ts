import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RUNS_AT_ONCE } from '../../../lib/core/runs-at-once.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';
import type { Event } from '../../../lib/sdk/event.ts';
import { silentLog } from '../../support/log.ts';
import { memoryConsumer } from '../../support/memory-consumer.ts';

const handledBy = (handle: (event: Event<unknown>) => Promise<unknown>, orderedBy?: () => string) =>
  memoryConsumer(
    defineEvent({
      ...{ type: 'test.happened', summary: 'A type of the tests', data: z.unknown(), example: {} },
      ...(orderedBy && { orderedBy }),
      queue: { commit: 'each' },
      handle,
    }),
    silentLog,
  );

/** So many events of one tenant, whose group they share in SQS. */
const batchOf = ({ message }: ReturnType<typeof memoryConsumer>, count: number) =>
  Array.from({ length: count }, (_, index) => message(`e${index}`, {}));

/** The most runs at once of ten events of a tenant. */
async function mostAtOnce(orderedBy?: () => string): Promise<number> {
  let [running, most] = [0, 0];
  const world = handledBy(async () => {
    most = Math.max(most, ++running);
    await turn();
    running--;
  }, orderedBy);
  expect(await world.consume(batchOf(world, 10))).toEqual([]);
  return most;
}

describe('the group of a standard queue is whom it is fair to (protocol: fair-queues)', () => {
  test('events of one tenant run beside each other, as many as those of several; only an ordered type takes its group for an order', async () => {
    expect(await mostAtOnce()).toBe(RUNS_AT_ONCE);
    expect(await mostAtOnce(() => 'one')).toBe(1);
  });

  test('one that comes back holds up nobody of its tenant', async () => {
    const fails = async ({ id }: Event<unknown>) => {
      if (id === 'e0') throw new Error('no');
    };
    const standard = handledBy(fails);
    expect(await standard.consume(batchOf(standard, 4))).toEqual(['e0']);
    const ordered = handledBy(fails, () => 'one');
    expect(await ordered.consume(batchOf(ordered, 4))).toEqual(['e0', 'e1', 'e2', 'e3']);
  });

  test('a letter carries it on, a stranger’s too', async () => {
    const world = handledBy(async () => Promise.reject(new PermanentError('no')));
    const [one, stranger] = [world.message('one', {}), world.message('two', {})];
    await world.consume([
      { ...one, tenant: 'acme' },
      { ...stranger, tenant: 'beta', type: 'another.type' },
    ]);
    expect(world.groupsOfLetters().toSorted()).toEqual(['acme', 'beta']);
  });
});
