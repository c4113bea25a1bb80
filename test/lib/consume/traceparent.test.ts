import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import { silentLog } from '../../support/log.ts';
import { memoryConsumer } from '../../support/memory-consumer.ts';

const made = { type: 'test.happened', summary: 'A type of the tests', data: z.unknown(), example: {} };
const traceOf = (digit: number) => `00-0af7651916cd43dd8448eb211c80319${digit}-b7ad6b7169203331-01`;

async function run(definition: EventDefinition, traces: readonly (string | undefined)[]) {
  const { consume, message, recordOf } = memoryConsumer(definition, silentLog);
  const messages = traces.map((traceparent, index) => ({
    ...message(`e-${index}`, {}),
    ...(traceparent && { traceparent }),
  }));
  await consume(messages);
  return messages.map((one) => recordOf(one)?.attempts);
}

describe('the trace of whoever sent an event', () => {
  it('is handed to its handler as it came, and is none where none came', async () => {
    const seen: (string | undefined)[] = [];
    const handle = defineEvent({ ...made, handle: async (_, { traceparent }) => void seen.push(traceparent) });
    await run(handle, [traceOf(1), undefined]);
    expect(seen.toSorted()).toEqual([traceOf(1), undefined]);
  });

  it('is per event in a batch, and of no other event', async () => {
    const seen: (string | undefined)[] = [];
    const together = defineEvent({
      ...made,
      handleBatch: async (events, context) => {
        for (const event of events) seen.push(context.traceparent(event));
      },
    });
    await run(together, [traceOf(1), traceOf(2)]);
    expect(seen).toEqual([traceOf(1), traceOf(2)]);
    const strange = defineEvent({
      ...made,
      handleBatch: async ([event], context) => void (event && context.traceparent({ ...event })),
    });
    expect(await run(strange, [traceOf(1)])).toMatchObject([
      [{ outcome: 'error', error: { code: 'traceparent-misused' } }],
    ]);
  });
});
