import type { StoredMessage } from './fauxqs.ts';

type Tenant = string | undefined;

/** What waits in a queue, by tenant. Each message is looked at once when it has come, and all of them when the list is another one. */
export class Backlog {
  #list: readonly StoredMessage[] = [];
  #seen = 0;
  readonly #of = new Map<Tenant, { waiting: number; lastSent: number }>();

  /** Brings it to the present. @param list to which messages are added at its end, and from which `took` is told of */
  look(list: readonly StoredMessage[]): void {
    if (list !== this.#list) {
      this.#of.clear();
      this.#seen = 0;
      this.#list = list;
    }
    for (; this.#seen < list.length; this.#seen++) {
      const message = list[this.#seen];
      if (!message) continue;
      const { waiting = 0, lastSent = 0 } = this.#of.get(message.messageGroupId) ?? {};
      const newest = Math.max(lastSent, message.sentTimestamp);
      this.#of.set(message.messageGroupId, { waiting: waiting + 1, lastSent: newest });
    }
  }

  /** A message has left the list. */
  took({ messageGroupId: tenant }: StoredMessage): void {
    this.#seen--;
    const { waiting = 0, lastSent = 0 } = this.#of.get(tenant) ?? {};
    if (waiting > 1) this.#of.set(tenant, { waiting: waiting - 1, lastSent });
    else this.#of.delete(tenant);
  }

  waitingOf(tenant: Tenant): number {
    return this.#of.get(tenant)?.waiting ?? 0;
  }

  /** When the newest of its messages was sent, in milliseconds since the epoch. */
  lastSentOf(tenant: Tenant): number {
    return this.#of.get(tenant)?.lastSent ?? 0;
  }

  waiting(): number {
    return this.#seen;
  }
}
