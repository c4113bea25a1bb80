/** https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#operation-types */
export type Operation = 'create' | 'send' | 'process';

/** What a span is of. Nothing that tells who sent what: no tenant, no id of an event, no data. */
export interface SpanOf {
  operation: Operation;
  /** Its URL or ARN; undefined: messages for several queues, or one that nobody named. */
  queue: string | undefined;
  /** Of the event; undefined: of several. */
  type?: string | undefined;
  /** SQS's own, where it has one already. */
  messageId?: string | undefined;
  /** What it goes on from, in the form of lib/core/traceparent.ts. */
  traceparent: string | undefined;
  /** Of each message that it is about: the context in which that was made. */
  made?: readonly (string | undefined)[];
}

/** How it went: at most one of the two. */
export interface SpanEnd {
  /** A stable code of what went wrong. */
  error?: string | undefined;
  /** Of its event. */
  outcome?: string | undefined;
}

/** Something that is under way, until it is ended once. */
export interface Span {
  /** What goes on with a message, and with calls that are made meanwhile. */
  readonly traceparent: string | undefined;
  /** Does work that belongs to it: spans that others begin meanwhile are its children. */
  within<Value>(work: () => Value): Value;
  end(how?: SpanEnd): void;
}

/** Spans of messages, for whoever traces the service. A pipeline that has none hands traces on as they came. */
export interface Tracing {
  begin(of: SpanOf): Span;
}
