import { Backlog } from './backlog.ts';
import type { StoredMessage, StoredQueue } from './fauxqs.ts';
import { RecentShares } from './recent-shares.ts';

/** Of a tenant's own messages in flight, where it is their share that makes it noisy. */
const NOISY_FROM = 30;
/** Of all messages in flight, or of the time for which consumers have had any. */
const NOISY_SHARE = 0.1;
/** Whoever sent nothing for so long is quiet again. */
const QUIET_AFTER_MS = 5 * 60_000;

type Waiting = Pick<StoredQueue, 'messages' | 'inflightMessages'>;

/**
 * Whose messages of a standard queue come first. A tenant is a message group; a message without one is a tenant of its own. Who has 30
 * messages in flight and more than a tenth of all, or has had consumers for more than a tenth of their time, is noisy until none of its
 * messages waits or it has sent nothing for five minutes: the others' messages come before its own, and of several noisy ones that one's
 * who has the fewest in flight. Nothing else is changed.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues-detailed.html
 */
export class Fairness {
  readonly #noisy = new Set<string>();
  readonly #time = new RecentShares();
  readonly #backlog = new Backlog();

  /** A consumer has had a message of this tenant for so long. */
  spent(tenant: string | undefined, ms: number): void {
    this.#time.add(tenant, ms);
  }

  /** Of one receive. @returns takes what is to be handed out next */
  turn({ messages, inflightMessages }: Waiting): () => StoredMessage | undefined {
    const inFlight = countedByTenant(inflightMessages);
    this.#backlog.look(messages);
    for (const [tenant, count] of inFlight)
      if (count >= NOISY_FROM && count > NOISY_SHARE * inflightMessages.size) this.#noisy.add(tenant);
    for (const tenant of this.#time.over(NOISY_SHARE)) this.#noisy.add(tenant);
    for (const tenant of this.#noisy)
      if (this.#backlog.lastSentOf(tenant) <= Date.now() - QUIET_AFTER_MS) {
        this.#noisy.delete(tenant);
        this.#time.forget(tenant);
      }
    const fewestFirst = [...this.#noisy].toSorted((a, b) => (inFlight.get(a) ?? 0) - (inFlight.get(b) ?? 0));
    return () => {
      const place = this.#placeOfNext(messages, fewestFirst);
      const [next] = place === 0 ? [messages.shift()] : messages.splice(place, 1);
      if (next) this.#backlog.took(next);
      return next;
    };
  }

  #placeOfNext(messages: readonly StoredMessage[], fewestFirst: readonly string[]): number {
    const waiting = fewestFirst.filter((tenant) => this.#backlog.waitingOf(tenant) > 0);
    const theirs = waiting.reduce((sum, tenant) => sum + this.#backlog.waitingOf(tenant), 0);
    if (theirs < this.#backlog.waiting())
      return messages.findIndex(({ messageGroupId: tenant }) => tenant === undefined || !this.#noisy.has(tenant));
    return Math.max(
      0,
      messages.findIndex(({ messageGroupId }) => messageGroupId === waiting[0]),
    );
  }
}

function countedByTenant(inflightMessages: Waiting['inflightMessages']): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { message } of inflightMessages.values())
    if (message.messageGroupId !== undefined)
      counts.set(message.messageGroupId, (counts.get(message.messageGroupId) ?? 0) + 1);
  return counts;
}
