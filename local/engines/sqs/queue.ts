import { randomUUID } from 'node:crypto';
import { Deduplication } from './deduplication.ts';
import { Fairness } from './fairness.ts';
import type { InFlight, StoredMessage, StoredQueue } from './fauxqs.ts';
import { wakeWaiting } from './waiting.ts';

const RETENTION_LOOK_MS = 1000;

/**
 * A queue of fauxqs that hands out, keeps and forgets messages as AWS does: several messages of a FIFO group in one receive and back in their
 * order, quiet tenants first, retention, receipt handles that outlive their visibility. fauxqs counts and shows it by its own fields.
 */
export class Queue {
  readonly stored: StoredQueue;
  readonly deduplication = new Deduplication();
  /** When it was last emptied by PurgeQueue. */
  purgedAt = Number.NEGATIVE_INFINITY;
  /** Place of a message in the order of arrival. */
  readonly #arrival = new WeakMap<StoredMessage, number>();
  #arrived = 0;
  /** Messages that are visible again, by their last receipt handle. */
  readonly #lapsed = new Map<string, StoredMessage>();
  readonly #lastHandle = new WeakMap<StoredMessage, string>();
  readonly #firstHeld = new WeakMap<InFlight, number>();
  readonly #fairness = new Fairness();
  #nextDeadline = Number.POSITIVE_INFINITY;
  #retentionLook = 0;

  constructor(stored: StoredQueue) {
    this.stored = stored;
    const enqueue = stored.enqueue.bind(stored);
    stored.enqueue = (message) => {
      this.#arrival.set(message, this.#arrived++);
      enqueue(message);
    };
    // Called while somebody waits; what comes back then wakes the waiting.
    stored.processTimers = () => this.settle();
  }

  purge(): void {
    this.purgedAt = Date.now();
    this.stored.purge();
    this.#lapsed.clear();
  }

  /** Takes visible messages in order; several of a group together, and none of a group of which some are in flight. */
  take(most: number, visibilitySeconds: number, moveAway: (message: StoredMessage) => boolean): InFlight[] {
    this.settle();
    const taken: InFlight[] = [];
    const takeAll = (next: () => StoredMessage | undefined) => {
      while (taken.length < most) {
        const message = next();
        if (!message) return;
        if (moveAway(message)) this.#lapsed.delete(this.#lastHandle.get(message) ?? '');
        else taken.push(this.#hold(message, visibilitySeconds));
      }
    };
    if (!this.stored.isFifo()) takeAll(this.#fairness.turn(this.stored));
    else
      for (const [group, messages] of this.stored.fifoMessages) {
        if (taken.length >= most) break;
        if (this.stored.fifoLockedGroups.has(group)) continue;
        const before = taken.length;
        takeAll(() => messages.shift());
        if (taken.length > before) this.stored.fifoLockedGroups.set(group, taken.length - before);
        if (messages.length === 0) this.stored.fifoMessages.delete(group);
      }
    return taken;
  }

  #hold(message: StoredMessage, visibilitySeconds: number): InFlight {
    const now = Date.now();
    const last = this.#lastHandle.get(message);
    if (last !== undefined) this.#lapsed.delete(last);
    message.approximateReceiveCount++;
    message.approximateFirstReceiveTimestamp ??= now;
    const held = { receiptHandle: randomUUID(), message, visibilityDeadline: now + visibilitySeconds * 1000 };
    this.stored.inflightMessages.set(held.receiptHandle, held);
    this.#lastHandle.set(message, held.receiptHandle);
    this.#firstHeld.set(held, now);
    this.#nextDeadline = Math.min(this.#nextDeadline, held.visibilityDeadline);
    return held;
  }

  /** In flight under this handle, else undefined. */
  inFlight(receiptHandle: string): InFlight | undefined {
    this.settle();
    return this.stored.inflightMessages.get(receiptHandle);
  }

  /** Milliseconds since a message in flight was received. */
  heldFor(held: InFlight): number {
    return Date.now() - (this.#firstHeld.get(held) ?? Date.now());
  }

  /** Whether the message of this handle is visible again and has not been received since. */
  hasLapsed(receiptHandle: string): boolean {
    this.settle();
    return this.#lapsed.has(receiptHandle);
  }

  /** Deletes what was received under this handle, visible again or not. */
  delete(receiptHandle: string): void {
    const held = this.stored.inflightMessages.get(receiptHandle);
    if (held) this.#forget(held);
    const lapsed = this.#lapsed.get(receiptHandle);
    this.#lapsed.delete(receiptHandle);
    if (lapsed) this.stored.messages = this.stored.messages.filter((message) => message !== lapsed);
    else wakeWaiting(this.stored);
  }

  /** Counts the visibility of a message in flight anew; 0 makes it visible at once. */
  changeVisibility(held: InFlight, seconds: number): void {
    held.visibilityDeadline = Date.now() + seconds * 1000;
    this.#nextDeadline = Math.min(this.#nextDeadline, held.visibilityDeadline);
    this.settle();
  }

  /** Brings the queue to the present: visibility and delays that ended, messages over their retention. */
  settle(): void {
    const now = Date.now();
    if (now - this.#retentionLook >= RETENTION_LOOK_MS) this.#endRetention(now);
    if (now >= this.#nextDeadline) this.#endVisibility(now);
    this.#endDelays(now);
    wakeWaiting(this.stored);
  }

  #endVisibility(now: number): void {
    this.#nextDeadline = Number.POSITIVE_INFINITY;
    for (const held of [...this.stored.inflightMessages.values()])
      if (held.visibilityDeadline > now) this.#nextDeadline = Math.min(this.#nextDeadline, held.visibilityDeadline);
      else {
        this.#forget(held);
        this.#lapsed.set(held.receiptHandle, held.message);
        this.#show(held.message);
      }
  }

  #endDelays(now: number): void {
    const { stored } = this;
    const over = ({ delayUntil }: StoredMessage) => (delayUntil ?? 0) <= now;
    if (stored.delayedMessages.some(over)) {
      for (const message of stored.delayedMessages.filter(over)) this.#show(message);
      stored.delayedMessages = stored.delayedMessages.filter((message) => !over(message));
    }
    for (const [group, messages] of stored.fifoDelayed) {
      for (const message of messages.filter(over)) this.#show(message);
      const still = messages.filter((message) => !over(message));
      if (still.length === 0) stored.fifoDelayed.delete(group);
      else stored.fifoDelayed.set(group, still);
    }
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html (MessageRetentionPeriod) */
  #endRetention(now: number): void {
    const { stored } = this;
    this.#retentionLook = now;
    const oldest = now - Number(stored.attributes.MessageRetentionPeriod) * 1000;
    const kept = ({ sentTimestamp }: StoredMessage) => sentTimestamp > oldest;
    stored.messages = stored.messages.filter(kept);
    stored.delayedMessages = stored.delayedMessages.filter(kept);
    for (const groups of [stored.fifoMessages, stored.fifoDelayed])
      for (const [group, messages] of groups) {
        const left = messages.filter(kept);
        if (left.length === 0) groups.delete(group);
        else groups.set(group, left);
      }
    for (const held of [...stored.inflightMessages.values()]) if (!kept(held.message)) this.#forget(held);
    for (const [handle, message] of this.#lapsed) if (!kept(message)) this.#lapsed.delete(handle);
  }

  #forget(held: InFlight): void {
    const { message } = held;
    const { inflightMessages, fifoLockedGroups } = this.stored;
    inflightMessages.delete(held.receiptHandle);
    if (!this.stored.isFifo()) this.#fairness.spent(message.messageGroupId, this.heldFor(held));
    if (!this.stored.isFifo() || message.messageGroupId === undefined) return;
    const others = (fifoLockedGroups.get(message.messageGroupId) ?? 1) - 1;
    if (others > 0) fifoLockedGroups.set(message.messageGroupId, others);
    else fifoLockedGroups.delete(message.messageGroupId);
  }

  #show(message: StoredMessage): void {
    if (!this.stored.isFifo()) {
      this.stored.messages.push(message);
      return;
    }
    const group = message.messageGroupId ?? '';
    const messages = this.stored.fifoMessages.get(group) ?? [];
    const place = messages.findIndex((other) => this.arrivalOf(other) > this.arrivalOf(message));
    messages.splice(place === -1 ? messages.length : place, 0, message);
    this.stored.fifoMessages.set(group, messages);
  }

  /** Its place in the order of arrival. */
  arrivalOf(message: StoredMessage): number {
    return this.#arrival.get(message) ?? 0;
  }
}
