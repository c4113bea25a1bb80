import type { ChannelKind, Channels } from './channels.ts';
import type { Database, Watcher } from './database.ts';
import { encodePush, type Protocol } from './encode.ts';
import type { answered, Reply } from './reply.ts';

/** A command that waits for EXEC. */
interface QueuedCommand {
  /** In a cluster: that of its keys. */
  slot: number | undefined;
  run(): Reply | typeof answered;
}

/** What the server knows of one connection. */
export class Session implements Watcher {
  readonly id: number;
  readonly address: string;
  protocol: Protocol = 2;
  /** 0-15. */
  database = 0;
  name = '';
  library = '';
  libraryVersion = '';
  closing = false;
  /** While a script of it runs, to whose commands it has no subscriptions. */
  scripting = false;
  /** It ends without answers that are not on their way yet. */
  hangsUp = false;
  /** In a cluster: the slot of the keys that the last command named. */
  slot: number | undefined;
  /** Set when a watched key changes. */
  changed = false;
  /** Commands since MULTI; `spoiled` once one of them could not be queued. */
  transaction: { queue: QueuedCommand[]; spoiled: boolean } | undefined;
  /** Sends the connection bytes, one character each. */
  readonly write: (bytes: string) => void;
  readonly #channels: Channels;
  readonly #subscriptions: Readonly<Record<ChannelKind, Set<string>>> = {
    channel: new Set(),
    pattern: new Set(),
    shard: new Set(),
  };
  readonly #watched = new Map<Database, Set<string>>();

  /** @param write takes what the connection is to be sent, one character a byte */
  constructor(id: number, address: string, channels: Channels, write: (bytes: string) => void) {
    this.id = id;
    this.address = address;
    this.#channels = channels;
    this.write = write;
  }

  /** In which what commands answer is shaped: scripts see RESP2. */
  get replyProtocol(): Protocol {
    return this.scripting ? 2 : this.protocol;
  }

  push(message: Reply[]): void {
    this.write(encodePush(message, this.protocol));
  }

  subscribe(kind: ChannelKind, channel: string): void {
    this.#subscriptions[kind].add(channel);
    this.#channels.add(kind, channel, this);
  }

  unsubscribe(kind: ChannelKind, channel: string): void {
    this.#subscriptions[kind].delete(channel);
    this.#channels.remove(kind, channel, this);
  }

  subscriptions(kind: ChannelKind): string[] {
    return [...this.#subscriptions[kind]];
  }

  /** How many of one kind there are. */
  count(kind: ChannelKind): number {
    return this.#subscriptions[kind].size;
  }

  /** Channels and patterns are counted together, shard channels on their own. */
  subscriptionCount(kind: ChannelKind): number {
    const { channel, pattern, shard } = this.#subscriptions;
    return kind === 'shard' ? shard.size : channel.size + pattern.size;
  }

  get subscribed(): boolean {
    return this.subscriptionCount('channel') + this.subscriptionCount('shard') > 0;
  }

  watch(db: Database, key: string): void {
    const keys = this.#watched.get(db) ?? new Set();
    this.#watched.set(db, keys.add(key));
    // What has expired already is not there to be changed.
    db.get(key);
    db.watch(key, this);
  }

  /** Expired keys count as changed. */
  get watchedChanged(): boolean {
    for (const [db, keys] of this.#watched) for (const key of keys) db.get(key);
    return this.changed;
  }

  unwatch(): void {
    for (const [db, keys] of this.#watched) for (const key of keys) db.unwatch(key, this);
    this.#watched.clear();
    this.changed = false;
  }

  /** Ends the transaction, and what was watched for it. */
  discard(): void {
    this.transaction = undefined;
    this.unwatch();
  }

  /** Back to what a new connection is. https://redis.io/docs/latest/commands/reset/ */
  reset(): void {
    for (const kind of ['channel', 'pattern', 'shard'] as const)
      for (const channel of this.subscriptions(kind)) this.unsubscribe(kind, channel);
    this.unwatch();
    this.transaction = undefined;
    this.protocol = 2;
    this.database = 0;
    this.name = '';
  }
}
