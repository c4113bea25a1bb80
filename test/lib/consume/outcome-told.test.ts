import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DependencyError } from '../../../lib/core/errors.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { silentLog } from '../../support/log.ts';
import { deafResults, memoryConsumer } from '../../support/memory-consumer.ts';
import { memoryMetrics } from '../../support/memory-metrics.ts';

const made = { type: 'test.happened', summary: 'A type of the tests', data: z.unknown(), example: {} };
const handle = async () => undefined;

/** A consumer whose Redis is down at first. */
function consumerOf(definition: ReturnType<typeof defineEvent>) {
  const metrics = memoryMetrics();
  let isDown = true;
  const settled: Record<string, unknown>[] = [];
  const info = (message: string, line: Record<string, unknown> = {}) => message === 'settled' && settled.push(line);
  const consumer = memoryConsumer(
    definition,
    { ...silentLog, info },
    {
      metrics,
      results: {
        ...deafResults,
        tell: async () => (isDown ? Promise.reject(new DependencyError('redis', 'gone')) : undefined),
      },
      ping: { mongodb: async () => true, redis: async () => !isDown },
    },
  );
  const mend = () => {
    isDown = false;
  };
  return { ...consumer, metrics, settled, mend };
}

describe('what is committed is told once, whatever becomes of the steps behind the commit', () => {
  it('of an event that Redis could not be told of, and that is finished later', async () => {
    const { consume, message, metrics, settled, mend } = consumerOf(defineEvent({ ...made, handle }));
    const one = message('one', {});
    expect(await consume([one])).toEqual(['one']);
    expect(metrics.values()).toMatchObject({ 'Succeeded test.happened': [1] });
    mend();
    expect(await consume([one], 2)).toEqual([]);
    expect(metrics.values()).toMatchObject({ 'Succeeded test.happened': [1], 'SettledAgain test.happened': [1] });
    expect(settled.map(({ again }) => again)).toEqual([undefined, true]);
  });

  it('of one that goes back behind another of its group, which a joint run has committed with it', async () => {
    const ordered = defineEvent({ ...made, orderedBy: () => 'g', handle });
    const { consume, message, metrics, mend } = consumerOf(ordered);
    const both = [message('one', {}), message('two', {})];
    expect(await consume(both)).toEqual(['one', 'two']);
    expect(metrics.values()).toMatchObject({ 'JointRuns test.happened': [1], 'Succeeded test.happened': [1, 1] });
    mend();
    expect(await consume(both, 2)).toEqual([]);
    expect(metrics.values()).toMatchObject({
      'Succeeded test.happened': [1, 1],
      'SettledAgain test.happened': [1, 1],
    });
  });
});
