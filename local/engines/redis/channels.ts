import { globMatch } from './glob.ts';
import type { Reply } from './reply.ts';

export type ChannelKind = 'channel' | 'pattern' | 'shard';

/** Somebody who listens. */
export interface Listener {
  push(message: Reply[]): void;
}

/** Who listens to what. https://redis.io/docs/latest/develop/pubsub/ */
export class Channels {
  readonly #listeners: Readonly<Record<ChannelKind, Map<string, Set<Listener>>>> = {
    channel: new Map(),
    pattern: new Map(),
    shard: new Map(),
  };

  names(kind: ChannelKind): string[] {
    return [...this.#listeners[kind].keys()];
  }

  /** How many patterns somebody listens to. */
  get patterns(): number {
    return this.#listeners.pattern.size;
  }

  count(kind: ChannelKind, name: string): number {
    return this.#listeners[kind].get(name)?.size ?? 0;
  }

  add(kind: ChannelKind, name: string, listener: Listener): void {
    const listeners = this.#listeners[kind].get(name) ?? new Set();
    this.#listeners[kind].set(name, listeners.add(listener));
  }

  remove(kind: ChannelKind, name: string, listener: Listener): void {
    const listeners = this.#listeners[kind].get(name);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.#listeners[kind].delete(name);
  }

  /** @returns how many received it */
  publish(kind: 'channel' | 'shard', name: string, message: string): number {
    let received = 0;
    const word = kind === 'shard' ? 'smessage' : 'message';
    for (const listener of this.#listeners[kind].get(name) ?? []) {
      listener.push([word, name, message]);
      received++;
    }
    if (kind === 'shard') return received;
    for (const [pattern, listeners] of this.#listeners.pattern) {
      if (!globMatch(pattern, name)) continue;
      for (const listener of listeners) {
        listener.push(['pmessage', pattern, name, message]);
        received++;
      }
    }
    return received;
  }
}
