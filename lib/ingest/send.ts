import { codeOf } from '../core/errors.ts';
import { isRefusedForGood, type Publication, type PublicationOutcome, type Publisher } from '../ports/publisher.ts';
import type { Tracing } from '../ports/tracing.ts';
import { refusedForGood } from './publication.ts';

interface ToSend {
  publication: Publication;
  type: string;
  /** Of its message. */
  traceparent?: string | undefined;
}

/**
 * Sends messages, where somebody traces within a span that is linked to all of them; a lone one's is part of its own trace.
 * https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/#producer-spans
 * @param traceparent of whoever asked for it
 * @returns as Publisher
 */
export async function send(
  events: readonly ToSend[],
  deadline: number,
  { publisher, tracing, traceparent }: { publisher: Publisher; tracing?: Tracing | undefined } & Asked,
): Promise<PublicationOutcome[]> {
  if (events.length === 0) return [];
  const publications = events.map(({ publication }) => publication);
  const span = tracing?.begin({
    operation: 'send',
    queue: same(publications.map(({ queueUrl }) => queueUrl)),
    type: same(events.map(({ type }) => type)),
    traceparent: events.length === 1 ? events[0]?.traceparent : traceparent,
    made: events.map((event) => event.traceparent),
  });
  if (!span) return publisher.publish(publications, deadline);
  try {
    const outcomes = await span.within(() => publisher.publish(publications, deadline));
    const codes = outcomes.map((outcome, index) => codeOfUnsent(outcome, publications[index]?.body ?? ''));
    span.end({ error: codes.find((code) => code !== undefined) });
    return outcomes;
  } catch (error) {
    span.end({ error: codeOf(error) });
    throw error;
  }
}

/** As its client is told; undefined where SQS holds it. */
function codeOfUnsent(outcome: PublicationOutcome, body: string): string | undefined {
  if (outcome === 'sent') return undefined;
  return isRefusedForGood(outcome) ? refusedForGood(body, outcome).code : 'queue-unavailable';
}

interface Asked {
  traceparent: string | undefined;
}

/** What all of them are. */
const same = ([first, ...others]: readonly string[]): string | undefined =>
  others.every((other) => other === first) ? first : undefined;
