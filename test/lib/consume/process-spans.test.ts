import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';
import { rejected } from '../../../lib/sdk/result.ts';
import { silentLog } from '../../support/log.ts';
import { memoryConsumer } from '../../support/memory-consumer.ts';
import { memoryTracing, traceOf } from '../../support/memory-tracing.ts';

const made = { type: 'test.happened', summary: 'A type of the tests', data: z.unknown(), example: {} };
const sentAs = (digit: number) => `00-0af7651916cd43dd8448eb211c80319${digit}-b7ad6b7169203331-01`;

/** @returns the spans of a batch of so many events, and how each ended */
async function spansOf(definition: EventDefinition, count: number) {
  const tracing = memoryTracing();
  const { consume, message } = memoryConsumer(definition, silentLog, { tracing });
  const all = Array.from({ length: count }, (_, index) => ({
    ...message(`e-${index}`, {}),
    traceparent: sentAs(index),
  }));
  await consume(all);
  return tracing.spans;
}

describe('the span of a run', () => {
  it('goes on from its message, and is what its handler hands on', async () => {
    const seen: (string | undefined)[] = [];
    const handle = async (_: unknown, { traceparent }: { traceparent: string | undefined }) =>
      void seen.push(traceparent);
    const [span, ...others] = await spansOf(defineEvent({ ...made, handle }), 1);
    expect(span).toMatchObject({ operation: 'process', type: 'test.happened', messageId: 'e-0', made: [sentAs(0)] });
    expect([span?.traceparent, span?.ends]).toEqual([sentAs(0), [{ outcome: 'succeeded' }]]);
    expect([others, seen]).toEqual([[], [traceOf(0)]]);
  });

  it.each([
    ['rejected', async () => rejected('no'), { outcome: 'rejected' }],
    ['failed', async () => Promise.reject(new PermanentError('no good', { code: 'no-price' })), { error: 'no-price' }],
  ])('tells that it %s', async (_, handle, end) => {
    const [span] = await spansOf(defineEvent({ ...made, handle }), 1);
    expect(span?.ends).toEqual([end]);
  });

  it('is one for each turn of a joint run; that of one that throws tells so, and all run again', async () => {
    let runs = 0;
    const handle = async () => (++runs === 2 ? Promise.reject(new PermanentError('no', { code: 'odd' })) : undefined);
    const spans = await spansOf(defineEvent({ ...made, handle }), 2);
    expect(spans.slice(0, 2).map(({ traceparent, ends }) => [traceparent, ends])).toEqual([
      [sentAs(0), [{ outcome: 'succeeded' }]],
      [sentAs(1), [{ error: 'odd' }]],
    ]);
    expect(spans).toHaveLength(4);
    for (const { ends } of spans) expect(ends).toHaveLength(1);
  });

  it('is one for each event of a batch, whose handler hands on that of each', async () => {
    const seen: (string | undefined)[] = [];
    const spans = await spansOf(
      defineEvent({
        ...made,
        handleBatch: async (events, context) => {
          for (const event of events) seen.push(context.traceparent(event));
        },
      }),
      2,
    );
    expect(spans.map(({ traceparent }) => traceparent)).toEqual([sentAs(0), sentAs(1)]);
    expect(seen).toEqual([traceOf(0), traceOf(1)]);
  });
});

it('a letter is processed within its trace', async () => {
  const tracing = memoryTracing();
  const handle = async () => Promise.reject(new PermanentError('no'));
  const { consume, message, readLetters } = memoryConsumer(defineEvent({ ...made, handle }), silentLog, { tracing });
  await consume([{ ...message('e', {}), traceparent: sentAs(1) }]);
  await readLetters();
  expect(tracing.spans.map(({ operation, traceparent, ends }) => [operation, traceparent, ends.length])).toEqual([
    ['process', sentAs(1), 1],
    ['process', sentAs(1), 1],
  ]);
});
