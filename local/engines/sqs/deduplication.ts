import type { StoredMessage } from './fauxqs.ts';

export type First = Pick<StoredMessage, 'messageId' | 'sequenceNumber'>;

const WINDOW_MS = 5 * 60_000;

/**
 * What a FIFO queue remembers of its messages: for five minutes, also when they were deleted.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html
 */
export class Deduplication {
  readonly #sent = new Map<string, { first: First; until: number }>();

  /** The message that was sent with this key before. */
  find(key: string): First | undefined {
    const now = Date.now();
    for (const [one, { until }] of this.#sent) {
      if (until > now) break;
      this.#sent.delete(one);
    }
    return this.#sent.get(key)?.first;
  }

  /** What is remembered, oldest first. */
  *entries(): Generator<[key: string, first: First, until: number], void, undefined> {
    for (const [key, { first, until }] of this.#sent) yield [key, first, until];
  }

  remember(key: string, first: First, until = Date.now() + WINDOW_MS): void {
    this.#sent.set(key, { first, until });
  }
}
