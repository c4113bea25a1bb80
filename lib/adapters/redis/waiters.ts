import { messageOf } from '../../core/errors.ts';
import type { Log } from '../../sdk/log.ts';
import { type Link, unavailable } from './link.ts';
import type { Client } from './make-client.ts';
import { within } from './time-limit.ts';

/** How long to rest before subscribing again after the connection broke; the link itself pauses after failures. */
const RESUBSCRIBE_MS = 100;

/** What a last look takes where Redis answers as it does; it ends with the wait, whether it was answered or not. */
const LAST_LOOK_MS = 50;

interface Waiter {
  wake(): void;
}

interface Channel {
  waiters: Set<Waiter>;
  /** Settles when the server has confirmed the subscription. */
  subscribed: Promise<void>;
}

/**
 * All who wait share one connection: each channel is subscribed to once, for as long as somebody waits on it.
 * https://redis.io/docs/latest/develop/pubsub/
 */
export class Waiters {
  readonly #link: Link;
  readonly #timeoutMs: number;
  readonly #log: Log;
  readonly #channels = new Map<string, Channel>();
  readonly #known = new WeakSet<Client>();
  #restoring = false;

  /** @param timeoutMs within which a subscription must stand */
  constructor(link: Link, timeoutMs: number, log: Log) {
    this.#link = link;
    this.#timeoutMs = timeoutMs;
    this.#log = log;
    link.onLost(() => this.#restore());
  }

  /**
   * Subscribes, looks, waits for a wake-up, looks again, and at the end once more (protocol: waiter-looks-twice). Never
   * takes longer than `ms` and a little.
   * @returns what `look` found, or null when the time was over
   * @throws DependencyError when the subscription cannot be made; whatever `look` throws
   */
  async wait<Found>(channel: string, ms: number, look: () => Promise<Found | null>): Promise<Found | null> {
    const end = performance.now() + ms;
    const lastLook = end - Math.min(LAST_LOOK_MS, ms / 4);
    const waiter = new WaitingOne();
    try {
      await this.#enter(channel, waiter, Math.min(this.#timeoutMs, ms));
      for (let last = false; ; ) {
        waiter.listen();
        const found = await inTime(look(), end);
        if (found !== null || last) return found;
        const woken = await waiter.woken(lastLook - performance.now());
        last = !woken || performance.now() >= lastLook;
      }
    } finally {
      this.#leave(channel, waiter);
    }
  }

  async #enter(name: string, waiter: Waiter, ms: number): Promise<void> {
    const channel = this.#channels.get(name) ?? this.#add(name);
    channel.waiters.add(waiter);
    try {
      await within(channel.subscribed, ms);
    } catch (fault) {
      throw unavailable(`no subscription: ${messageOf(fault)}`);
    }
  }

  #add(name: string): Channel {
    const subscribed = this.#subscribe([name]);
    // Each waiter hears of it in #enter; this one is for the case that none is left.
    subscribed.catch(() => undefined);
    const channel = { waiters: new Set<Waiter>(), subscribed };
    this.#channels.set(name, channel);
    return channel;
  }

  #leave(name: string, waiter: Waiter): void {
    const channel = this.#channels.get(name);
    channel?.waiters.delete(waiter);
    if (channel?.waiters.size !== 0) return;
    this.#channels.delete(name);
    const client = this.#link.readyClient;
    // Without a connection there is no subscription either.
    client?.unsubscribe(name).catch((fault: unknown) => {
      this.#log.debug('not unsubscribed: the connection is replaced', { error: messageOf(fault) });
      this.#link.failed(client);
    });
  }

  async #subscribe(names: readonly string[]): Promise<void> {
    const client = await this.#link.client(this.#timeoutMs);
    // While the connection was made those who wanted it may have gone, and nobody would end the subscription.
    const wanted = names.filter((name) => this.#channels.has(name));
    if (wanted.length === 0) return;
    this.#listenTo(client);
    try {
      await within(client.subscribe(...wanted), this.#timeoutMs);
      this.#link.answered();
    } catch (fault) {
      this.#link.failed(client);
      throw fault;
    }
  }

  #listenTo(client: Client): void {
    if (this.#known.has(client)) return;
    this.#known.add(client);
    client.on('message', (name: string) => this.#wake(name));
  }

  #wake(name: string): void {
    for (const waiter of this.#channels.get(name)?.waiters ?? []) waiter.wake();
  }

  /** Subscribes again to all that is waited for; what was published meanwhile is found by looking. */
  async #restore(): Promise<void> {
    if (this.#restoring) return;
    this.#restoring = true;
    while (this.#channels.size > 0) {
      const names = [...this.#channels.keys()];
      try {
        await this.#subscribe(names);
        for (const name of names) this.#wake(name);
        break;
      } catch (fault) {
        this.#log.warn('not subscribed again yet', { error: messageOf(fault) });
        await new Promise((resolve) => setTimeout(resolve, RESUBSCRIBE_MS));
      }
    }
    this.#restoring = false;
  }
}

/** Remembers a wake-up that came while nobody was waiting for it. */
class WaitingOne implements Waiter {
  #woken = false;
  #resume: (() => void) | undefined;

  wake(): void {
    this.#woken = true;
    this.#resume?.();
  }

  /** From here on wake-ups count. */
  listen(): void {
    this.#woken = false;
  }

  /** @returns true at a wake-up, false when `ms` are over */
  async woken(ms: number): Promise<boolean> {
    if (this.#woken) return true;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, ms));
      this.#resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#resume = undefined;
    return this.#woken;
  }
}

/** What a look found, or null when it takes longer than there is time. */
async function inTime<Found>(look: Promise<Found | null>, end: number): Promise<Found | null> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, end - performance.now()));
  });
  try {
    return await Promise.race([look, over]);
  } finally {
    clearTimeout(timer);
  }
}
