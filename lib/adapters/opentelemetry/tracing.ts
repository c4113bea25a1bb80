import {
  type Attributes,
  context,
  isSpanContextValid,
  type Link,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Operation, Span, SpanOf, Tracing } from '../../ports/tracing.ts';

/**
 * The context of a message is that of its "create" span, so that this one is its producer, and "send" a call to SQS.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#span-kind
 */
const KINDS: Readonly<Record<Operation, SpanKind>> = {
  create: SpanKind.PRODUCER,
  send: SpanKind.CLIENT,
  process: SpanKind.CONSUMER,
};

/** What the API needs of a provider that holds spans back; its own types do not say it. */
type ForceFlush = () => unknown;

export interface OpenTelemetry extends Tracing {
  /** Sends what is held back. @throws what the SDK does */
  flush(): Promise<void>;
}

/**
 * The port Tracing on the API of OpenTelemetry: spans go to whatever SDK has registered, by the conventions of messaging.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 * https://opentelemetry.io/docs/specs/semconv/messaging/sqs/
 */
export function openTelemetry(): OpenTelemetry {
  const tracer = trace.getTracer('sluice');
  return {
    begin: (of) => begin(tracer, of),
    flush: async () => {
      await forceFlush()?.();
    },
  };
}

/**
 * A message's context is the parent of what is done with it, so that it has one trace from its client to the last call of its handler;
 * what goes on around it, such as an invocation, is linked. Where both are of one trace the nearer one is the parent.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#message-creation-context-as-parent-of-process-span
 */
function begin(tracer: Tracer, { operation, queue, type, messageId, traceparent, made = [] }: SpanOf): Span {
  const around = trace.getSpanContext(context.active());
  const came = contextOf(traceparent);
  const isApart = came !== undefined && came.traceId !== around?.traceId;
  const parent = isApart ? trace.setSpanContext(context.active(), came) : context.active();
  const destination =
    queue === undefined ? undefined : queue.slice(Math.max(...['/', ':'].map((end) => queue.lastIndexOf(end))) + 1);
  const attributes: Attributes = {
    'messaging.system': 'aws_sqs',
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    ...(destination !== undefined && { 'messaging.destination.name': destination }),
    ...(messageId !== undefined && { 'messaging.message.id': messageId }),
    ...(made.length > 1 && { 'messaging.batch.message_count': made.length }),
    ...(type !== undefined && { 'cloudevents.event_type': type }),
  };
  const links = [...made.map(contextOf), isApart ? around : undefined].flatMap((one): Link[] =>
    one && isSpanContextValid(one) ? [{ context: one }] : [],
  );
  const name = destination === undefined ? operation : `${operation} ${destination}`;
  const span = tracer.startSpan(name, { kind: KINDS[operation], attributes, links }, parent);
  const own = span.spanContext();
  return {
    traceparent: isSpanContextValid(own) ? textOf(own) : traceparent,
    within: (work) => context.with(trace.setSpan(parent, span), work),
    end: ({ error, outcome } = {}) => {
      if (outcome !== undefined) span.setAttribute('sluice.outcome', outcome);
      // A code alone: what else was said of it may be what the event says.
      if (error !== undefined) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const textOf = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;

function contextOf(traceparent: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = traceparent?.split('-') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}

/**
 * Of the SDK behind the API's own provider. A function may be frozen as soon as it has answered, and what the layer flushes by itself it
 * flushes by replacing a handler, which it cannot be sure of with ES modules: https://aws-otel.github.io/docs/getting-started/lambda/lambda-js
 */
function forceFlush(): ForceFlush | undefined {
  const provider: object = trace.getTracerProvider();
  const delegate: unknown =
    'getDelegate' in provider && typeof provider.getDelegate === 'function' ? provider.getDelegate() : provider;
  if (typeof delegate !== 'object' || delegate === null || !('forceFlush' in delegate)) return undefined;
  const { forceFlush: flush } = delegate;
  return typeof flush === 'function' ? () => Reflect.apply(flush, delegate, []) : undefined;
}
