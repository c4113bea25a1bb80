import type { StoredMessage, StoredQueue } from './fauxqs.ts';

/** Of a tenant's own messages in flight, and of its share of all that are. */
const NOISY_FROM = 30;
const NOISY_SHARE = 0.1;
/** Whoever sent nothing for so long is quiet again. */
const QUIET_AFTER_MS = 5 * 60_000;

type Waiting = Pick<StoredQueue, 'messages' | 'inflightMessages'>;

/**
 * Whose messages of a standard queue come first. A tenant is a message group; a message without one is a tenant of its own. Who has 30
 * messages in flight and more than a tenth of all is noisy until none of its messages waits or it has sent nothing for five minutes:
 * the others' messages come before its own, and of several noisy ones that one's who has the fewest in flight. Nothing else is
 * changed. AWS's second measure, the share of processing time, is not taken.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
export class Fairness {
  readonly #noisy = new Set<string>();

  /** What is visible, in the order in which it is to be handed out; of one tenant as it was. */
  inOrder({ messages, inflightMessages }: Waiting): StoredMessage[] {
    const inFlight = new Map<string, number>();
    for (const { message } of inflightMessages.values())
      if (message.messageGroupId !== undefined)
        inFlight.set(message.messageGroupId, (inFlight.get(message.messageGroupId) ?? 0) + 1);
    for (const [tenant, count] of inFlight)
      if (count >= NOISY_FROM && count > NOISY_SHARE * inflightMessages.size) this.#noisy.add(tenant);
    if (this.#noisy.size === 0) return messages;
    const ofTheNoisy = new Map([...this.#noisy].map((tenant): [string, StoredMessage[]] => [tenant, []]));
    const others: StoredMessage[] = [];
    for (const message of messages) (ofTheNoisy.get(message.messageGroupId ?? '') ?? others).push(message);
    for (const [tenant, waiting] of ofTheNoisy) if (isQuietAgain(waiting)) this.#noisy.delete(tenant);
    const fewestFirst = [...ofTheNoisy].toSorted(([a], [b]) => (inFlight.get(a) ?? 0) - (inFlight.get(b) ?? 0));
    return this.#noisy.size === 0 ? messages : [...others, ...fewestFirst.flatMap(([, waiting]) => waiting)];
  }
}

/** @param waiting what it has in the queue */
function isQuietAgain(waiting: readonly StoredMessage[]): boolean {
  const since = Date.now() - QUIET_AFTER_MS;
  return waiting.every(({ sentTimestamp }) => sentTimestamp <= since);
}
