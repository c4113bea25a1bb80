import type { Span, Tracing } from '../ports/tracing.ts';
import type { Settlement } from '../ports/transaction.ts';
import type { Runnable } from './handle.ts';

/** The spans of one run, of each event one. */
export interface ProcessSpans {
  /** The same events, with the traces that their handler hands on. */
  readonly events: readonly Runnable[];
  /** Does the work of the run; what several events do together is no child of one of them. */
  within<Value>(work: () => Value): Value;
  end(settlements: readonly Settlement[]): void;
  /** @param code of what undid it */
  fail(code: string): void;
}

/**
 * Begins a "process" span of each event, from the context in which its message was made.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#consumer-spans
 */
export function beginProcess(events: readonly Runnable[], tracing: Tracing | undefined): ProcessSpans {
  if (!tracing) return { events, within: (work) => work(), end: () => undefined, fail: () => undefined };
  const begun = events.map((event) => ({ event, span: beginOne(event, tracing) }));
  const [first, ...others] = begun;
  return {
    events: begun.map(({ event, span: { traceparent } }) => ({ ...event, traceparent })),
    within: (work) => (first && others.length === 0 ? first.span.within(work) : work()),
    end: (settlements) => {
      const outcomes = new Map(settlements.map(({ key, outcome }) => [key, outcome]));
      for (const { event, span } of begun) span.end({ outcome: outcomes.get(event.state.key) });
    },
    fail: (error) => {
      for (const { span } of begun) span.end({ error });
    },
  };
}

function beginOne({ state: { message, records } }: Runnable, tracing: Tracing): Span {
  const { type, traceparent } = message;
  const [{ eventSourceARN: queue, messageId }] = records;
  return tracing.begin({ operation: 'process', queue, messageId, type, traceparent, made: [traceparent] });
}
