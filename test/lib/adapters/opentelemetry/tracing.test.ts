import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTelemetry } from '../../../../lib/adapters/opentelemetry/tracing.ts';
import type { SpanOf } from '../../../../lib/ports/tracing.ts';
import { type RegisteredSdk, registerSdk } from '../../../support/registered-sdk.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const client = `00-${traceId}-b7ad6b7169203331-01`;
const queue = 'https://sqs.eu-central-1.amazonaws.com/123456789012/sluice-test-parcel-sent';
const created: SpanOf = { operation: 'create', queue, type: 'parcel.sent', traceparent: client };

describe('spans of OpenTelemetry', () => {
  let sdk: RegisteredSdk;
  beforeEach(() => {
    sdk = registerSdk();
  });
  afterEach(() => sdk.end());
  const sent = async () => {
    await sdk.flush();
    return sdk.spans();
  };

  it('are named, and say what they say, by the conventions of messaging', async () => {
    const tracing = openTelemetry();
    const create = tracing.begin(created);
    create.end();
    const made = [create.traceparent, create.traceparent];
    tracing
      .begin({ operation: 'send', queue: undefined, traceparent: client, made })
      .end({ error: 'queue-unavailable' });
    const arn = 'arn:aws:sqs:eu-central-1:123456789012:sluice-test-parcel-sent';
    const messageId = '452a7c7c';
    tracing
      .begin({ ...created, operation: 'process', queue: arn, messageId, made: [create.traceparent] })
      .end({ outcome: 'succeeded' });
    const system = { 'messaging.system': 'aws_sqs' };
    const of = (operation: string) => ({
      ...system,
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
    });
    const about = { 'messaging.destination.name': 'sluice-test-parcel-sent', 'cloudevents.event_type': 'parcel.sent' };
    expect(
      (await sent()).map(({ name, kind, attributes, links, status }) => [
        name,
        kind,
        attributes,
        links.length,
        status.code,
      ]),
    ).toEqual([
      ['create sluice-test-parcel-sent', SpanKind.PRODUCER, { ...of('create'), ...about }, 0, SpanStatusCode.UNSET],
      [
        'send',
        SpanKind.CLIENT,
        { ...of('send'), 'messaging.batch.message_count': 2, 'error.type': 'queue-unavailable' },
        2,
        SpanStatusCode.ERROR,
      ],
      [
        'process sluice-test-parcel-sent',
        SpanKind.CONSUMER,
        { ...of('process'), ...about, 'messaging.message.id': messageId, 'sluice.outcome': 'succeeded' },
        1,
        SpanStatusCode.UNSET,
      ],
    ]);
  });

  it('go on from the message, and what is done within them goes on from there', async () => {
    const span = openTelemetry().begin(created);
    span.within(() => trace.getTracer('driver').startSpan('find').end());
    span.end();
    const [inner, outer] = await sent();
    expect(outer?.parentSpanContext).toMatchObject({ traceId, spanId: 'b7ad6b7169203331', isRemote: true });
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
    expect(span.traceparent).toBe(`00-${traceId}-${outer?.spanContext().spanId}-01`);
  });

  it.each([
    ['is linked where it is of another trace', undefined, 1],
    ['is the parent where it is of the same one', client, 0],
  ])('what goes on around them %s', async (_, from, links) => {
    const tracer = trace.getTracer('lambda');
    const parent = trace.setSpanContext(context.active(), {
      ...{ traceId, spanId: 'b7ad6b7169203331', traceFlags: 1, isRemote: true },
    });
    const around = tracer.startSpan('invocation', {}, from ? parent : context.active());
    context.with(trace.setSpan(context.active(), around), () => openTelemetry().begin(created).end());
    const [span] = await sent();
    expect(span?.links.map((link) => link.context.spanId)).toEqual(links ? [around.spanContext().spanId] : []);
    expect(span?.parentSpanContext?.spanId).toBe(links ? 'b7ad6b7169203331' : around.spanContext().spanId);
  });

  it('begin a trace where none came', async () => {
    const { traceparent } = openTelemetry().begin({ ...created, traceparent: undefined });
    expect(traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });
});

it('hands a trace on as it came where no SDK is registered, and has nothing to flush', async () => {
  const tracing = openTelemetry();
  for (const traceparent of [client, undefined]) {
    const span = tracing.begin({ ...created, traceparent });
    expect([span.traceparent, span.within(() => 'done')]).toEqual([traceparent, 'done']);
    span.end({ error: 'odd' });
  }
  await tracing.flush();
});
