import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { type DependencyError, messageOf } from '../../core/errors.ts';
import type { Ping } from '../../ports/ping.ts';
import type { Log } from '../../sdk/log.ts';
import { keysIn, type RedisKeys } from './keys.ts';
import { Link, NoLink, unavailable } from './link.ts';
import { type Client, makeClient, type RedisConfig } from './make-client.ts';
import { checkOneSlot } from './slot-check.ts';
import { SharedLimit, TimeOver, within } from './time-limit.ts';

/** A Lua script of KEYS and ARGV only, all keys in one slot. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** @param lua the text; the server knows it by its SHA-1 */
export const script = (lua: string): Script => ({ lua, sha: createHash('sha1').update(lua).digest('hex') });

export type Reply = string | number | null | Reply[];

export interface RedisConnection {
  /** Those of the stage that this is a connection of. */
  readonly keys: RedisKeys;
  readonly timeoutMs: number;
  readonly log: Log;
  /**
   * Runs `name key… arg…`. All commands sent in one tick leave together.
   * @throws DependencyError when Redis does not answer within the budget, or answers with an error
   * @throws Error when the keys lie in two slots
   */
  command(name: string, keys: readonly string[], args?: readonly (string | number)[]): Promise<Reply>;
  /** Runs a script. @throws as command */
  run(script: Script, keys: readonly string[], args?: readonly (string | number)[]): Promise<Reply>;
  /** The second connection, for subscriptions; opened when it is first needed. */
  readonly subscriber: Link;
  /** How often Redis answered with an error so far. */
  readonly faults: number;
  close(): Promise<void>;
}

/** Of a connection, what asks something of Redis. */
export type RedisCalls = Pick<RedisConnection, 'keys' | 'command' | 'run'>;

/**
 * A connection to Redis that is opened when it is first used. Every call ends within the budget
 * (protocol: our-budgets); a call whose connection broke is repeated once in what is left of it, which is safe because
 * every command that Sluice sends may be repeated.
 * @param config `space`: what its keys begin with, of one stage
 * https://github.com/redis/ioredis#connect-to-redis
 */
export function connectRedis(config: RedisConfig & { space: string }, log: Log): RedisConnection {
  return new Connection(config, log);
}

/** How long what a ping wrote stays. */
const PING_MS = 10_000;

/**
 * Whether Redis takes a write within the budget; anything else is no. One that is read-only, out of memory or cannot save answers PING,
 * and refuses every command that Sluice needs. https://redis.io/docs/latest/commands/set/
 */
export const redisPing =
  (connection: Pick<RedisConnection, 'command' | 'keys' | 'log'>): Ping =>
  async () => {
    try {
      return (await connection.command('SET', [connection.keys.pingKey], ['', 'PX', PING_MS])) === 'OK';
    } catch (fault) {
      connection.log.warn('Redis does not take a write', { error: messageOf(fault) });
      return false;
    }
  };

class Connection implements RedisConnection {
  readonly keys: RedisKeys;
  readonly timeoutMs: number;
  readonly log: Log;
  readonly subscriber: Link;
  readonly #link: Link;
  readonly #limit: SharedLimit;
  #faults = 0;
  #corked = false;

  constructor(config: RedisConfig & { space: string }, log: Log) {
    this.keys = keysIn(config.space);
    this.timeoutMs = config.timeoutMs;
    this.log = log;
    this.#limit = new SharedLimit(config.timeoutMs);
    this.#link = new Link(() => makeClient(config), log, config.openMs);
    this.subscriber = new Link(() => makeClient(config), log, config.openMs);
  }

  get faults(): number {
    return this.#faults;
  }

  command(name: string, keys: readonly string[], args: readonly (string | number)[] = []): Promise<Reply> {
    checkOneSlot(keys);
    return this.#ask(name, (client) => client.call(name, [...keys, ...args]) as Promise<Reply>);
  }

  run({ lua, sha }: Script, keys: readonly string[], args: readonly (string | number)[] = []): Promise<Reply> {
    checkOneSlot(keys);
    // As a list: what is called with more than some 100,000 values is refused by the machine.
    const rest = [keys.length, ...keys, ...args];
    return this.#ask('script', async (client) => {
      try {
        return (await client.call('EVALSHA', [sha, ...rest])) as Reply;
      } catch (fault) {
        if (!isErrorReply(fault) || !fault.message.startsWith('NOSCRIPT')) throw fault;
        return (await client.call('EVAL', [lua, ...rest])) as Reply;
      }
    });
  }

  async close(): Promise<void> {
    this.#link.close();
    this.subscriber.close();
  }

  async #ask(what: string, send: (client: Client) => Promise<Reply>): Promise<Reply> {
    const deadline = performance.now() + this.timeoutMs;
    try {
      // A client that is ready is used in the same tick, so that what is asked together leaves together.
      const client = this.#link.readyClient;
      if (!client) return await this.#askSlowly(what, send, deadline);
      return await this.#answer(what, client, this.#limit.within(this.#send(client, send)));
    } catch (fault) {
      if (!(fault instanceof ConnectionCut)) throw asUnavailable(fault);
    }
    try {
      return await this.#askSlowly(what, send, deadline);
    } catch (fault) {
      throw asUnavailable(fault);
    }
  }

  /** Waits for a connection first, and has only what is left of the budget. */
  async #askSlowly(what: string, send: (client: Client) => Promise<Reply>, deadline: number): Promise<Reply> {
    const client = await this.#link.client(deadline - performance.now());
    return this.#answer(what, client, within(this.#send(client, send), deadline - performance.now()));
  }

  async #answer(what: string, client: Client, asked: Promise<Reply>): Promise<Reply> {
    try {
      const reply = await asked;
      this.#link.answered();
      return reply;
    } catch (fault) {
      if (isErrorReply(fault)) throw this.#refused(what, fault, client);
      // What never reached the connection says nothing of it.
      if (fault instanceof TypeError || fault instanceof RangeError) throw fault;
      this.#link.failed(client);
      throw fault instanceof TimeOver ? fault : new ConnectionCut(this.#link.reason);
    }
  }

  /** All that is sent in one tick is written to the socket at once: half the time of a thousand single writes. */
  #send(client: Client, send: (client: Client) => Promise<Reply>): Promise<Reply> {
    if (client instanceof Redis && !this.#corked) {
      const { stream } = client;
      this.#corked = true;
      stream.cork();
      process.nextTick(() => {
        this.#corked = false;
        stream.uncork();
      });
    }
    return send(client);
  }

  #refused(what: string, { message }: Error, client: Client): DependencyError {
    this.#faults++;
    this.log.error('Redis answered with an error', { command: what, error: message, faults: this.#faults });
    // After a failover this connection leads to what is a replica now.
    if (/^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN)\b/.test(message)) this.#link.failed(client);
    else this.#link.answered();
    return unavailable(`${what} was refused: ${message}`);
  }
}

class ConnectionCut extends Error {}

const asUnavailable = (fault: unknown): unknown =>
  fault instanceof NoLink || fault instanceof TimeOver || fault instanceof ConnectionCut
    ? unavailable(fault.message)
    : fault;

const isErrorReply = (fault: unknown): fault is Error => fault instanceof Error && fault.name === 'ReplyError';
