import { codeOf } from '../core/errors.ts';
import type { Letter } from '../core/letter.ts';
import type { SqsRecord } from '../core/sqs-batch.ts';
import type { Tracing } from '../ports/tracing.ts';

/**
 * Does the work of a letter, where somebody traces within a "process" span that is part of its event's trace.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#consumer-spans
 * @throws what the work throws
 */
export async function inLetterSpan(
  { eventSourceARN: queue, messageId }: SqsRecord,
  { message: { type, traceparent } }: Letter,
  tracing: Tracing | undefined,
  work: () => Promise<void>,
): Promise<void> {
  const span = tracing?.begin({ operation: 'process', queue, messageId, type, traceparent, made: [traceparent] });
  if (!span) return work();
  try {
    await span.within(work);
    span.end();
  } catch (error) {
    span.end({ error: codeOf(error) });
    throw error;
  }
}
