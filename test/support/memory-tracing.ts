import type { SpanEnd, SpanOf, Tracing } from '../../lib/ports/tracing.ts';

export interface BegunSpan extends SpanOf {
  /** How it was ended, each time that it was. */
  ends: SpanEnd[];
}

/** Spans in the order in which they began: the n-th goes on as `traceOf(n)`. */
export function memoryTracing(): Tracing & { readonly spans: BegunSpan[] } {
  const spans: BegunSpan[] = [];
  return {
    spans,
    begin: (of) => {
      const span = { ...of, ends: [] as SpanEnd[] };
      spans.push(span);
      return {
        traceparent: traceOf(spans.length - 1),
        within: (work) => work(),
        end: (how = {}) => void span.ends.push(how),
      };
    },
  };
}

export const traceOf = (span: number): string => `00-${'a'.repeat(32)}-${String(span + 1).padStart(16, '0')}-01`;
