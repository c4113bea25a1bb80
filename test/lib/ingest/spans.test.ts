import { describe, expect, it } from 'vitest';
import { ingestWorld } from '../../support/ingest-world.ts';
import { memoryTracing, traceOf } from '../../support/memory-tracing.ts';

const client = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const sent = (parcel: string) => ({ type: 'parcel.sent', data: { parcel } });
const traced = () => {
  const tracing = memoryTracing();
  return { tracing, world: ingestWorld({ tracing }) };
};

describe('the spans of events that come in', () => {
  it('a message is created in the trace of its client, travels with that context, and is sent within it', async () => {
    const { tracing, world } = traced();
    await world.post(sent('p'), { traceparent: client });
    expect(world.messages().map(({ traceparent }) => traceparent)).toEqual([traceOf(0)]);
    const queue = expect.stringMatching(/sluice-test-parcel-sent$/);
    expect(tracing.spans).toEqual([
      { operation: 'create', queue, type: 'parcel.sent', traceparent: client, ends: [{}] },
      { operation: 'send', queue, type: 'parcel.sent', traceparent: traceOf(0), made: [traceOf(0)], ends: [{}] },
    ]);
    expect(world.lines).toContainEqual(expect.objectContaining({ message: 'accepted', trace_id: 'a'.repeat(32) }));
  });

  it('many are sent within one, which is linked to each', async () => {
    const { tracing, world } = traced();
    await world.post([sent('p'), sent('q'), { type: 'anything.happened', data: {} }], { traceparent: client });
    const [send, ...others] = tracing.spans.filter(({ operation }) => operation === 'send');
    expect(send).toMatchObject({ traceparent: client, made: [traceOf(0), traceOf(1), traceOf(2)] });
    expect([send?.queue, send?.type, others]).toEqual([undefined, undefined, []]);
  });

  it('what is refused tells so, and is not sent', async () => {
    const { tracing, world } = traced();
    await world.post(sent('p'.repeat(101)));
    expect(tracing.spans.map(({ operation, ends }) => [operation, ends])).toEqual([
      ['create', [{ error: 'invalid-data' }]],
    ]);
  });

  it('what the queue does not take tells so, as its client is told', async () => {
    for (const [outcome, error] of [
      ['refused', 'queue-unavailable'],
      ['unacceptable', 'internal-error'],
      [{ tooLarge: true }, 'event-too-large'],
    ] as const) {
      const tracing = memoryTracing();
      const publisher = { publish: async (all: readonly object[]) => all.map(() => outcome) };
      await ingestWorld({ tracing, publisher }).post(sent('p'));
      expect(tracing.spans.map(({ ends }) => ends)).toEqual([[{}], [{ error }]]);
    }
  });

  it('a publisher that breaks ends its span', async () => {
    const tracing = memoryTracing();
    const publish = async () => {
      throw new TypeError('a mistake');
    };
    await ingestWorld({ tracing, publisher: { publish } }).post(sent('p'));
    expect(tracing.spans.map(({ ends }) => ends.length)).toEqual([1, 1]);
  });
});
