import { createHash } from 'node:crypto';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { type DependencyError, messageOf } from '../../errors.ts';
import type { Log, Ping } from '../../ports.ts';
import { type Client, Link, NoLink, unavailable, within } from './link.ts';
import { checkOneSlot } from './slot-check.ts';

export interface RedisConfig {
  /** `redis://` or, with TLS, `rediss://`. */
  url: string;
  /** Whether the address is one of a cluster's. */
  cluster: boolean;
  /** Within which every call ends, connecting included. */
  timeoutMs: number;
}

/** A Lua script of KEYS and ARGV only, all keys in one slot. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

/** @param lua the text; the server knows it by its SHA-1 */
export const script = (lua: string): Script => ({ lua, sha: createHash('sha1').update(lua).digest('hex') });

export type Reply = string | number | null | Reply[];

export interface RedisConnection {
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

/**
 * A connection to Redis that is opened when it is first used. Every call ends within the budget; a call whose connection
 * broke is repeated once in what is left of it, which is safe because every command that Sluice sends may be repeated.
 * https://github.com/redis/ioredis#connect-to-redis
 */
export function connectRedis(config: RedisConfig, log: Log): RedisConnection {
  return new Connection(config, log);
}

/** Whether Redis answers within the budget; anything but its answer is no. https://redis.io/docs/latest/commands/ping/ */
export const redisPing =
  (connection: RedisConnection): Ping =>
  async () => {
    try {
      return (await connection.command('PING', [])) === 'PONG';
    } catch (fault) {
      connection.log.warn('Redis does not answer a ping', { error: messageOf(fault) });
      return false;
    }
  };

class Connection implements RedisConnection {
  readonly timeoutMs: number;
  readonly log: Log;
  readonly subscriber: Link;
  readonly #link: Link;
  #faults = 0;

  constructor(config: RedisConfig, log: Log) {
    this.timeoutMs = config.timeoutMs;
    this.log = log;
    this.#link = new Link(() => makeClient(config), log);
    this.subscriber = new Link(() => makeClient(config), log);
  }

  get faults(): number {
    return this.#faults;
  }

  command(name: string, keys: readonly string[], args: readonly (string | number)[] = []): Promise<Reply> {
    checkOneSlot(keys);
    return this.#ask(name, (client) => client.call(name, ...keys, ...args) as Promise<Reply>);
  }

  run({ lua, sha }: Script, keys: readonly string[], args: readonly (string | number)[] = []): Promise<Reply> {
    checkOneSlot(keys);
    const rest = [keys.length, ...keys, ...args];
    return this.#ask('script', async (client) => {
      try {
        return (await client.call('EVALSHA', sha, ...rest)) as Reply;
      } catch (fault) {
        if (!isErrorReply(fault) || !fault.message.startsWith('NOSCRIPT')) throw fault;
        return (await client.call('EVAL', lua, ...rest)) as Reply;
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
      return await this.#try(what, send, deadline);
    } catch (fault) {
      const left = deadline - performance.now();
      if (!(fault instanceof ConnectionCut) || left < 1) throw asUnavailable(fault);
    }
    try {
      return await this.#try(what, send, deadline);
    } catch (fault) {
      throw asUnavailable(fault);
    }
  }

  async #try(what: string, send: (client: Client) => Promise<Reply>, deadline: number): Promise<Reply> {
    // A client that is ready is used in the same tick, so that what is asked together leaves together.
    const client = this.#link.readyClient ?? (await this.#link.client(deadline - performance.now()));
    try {
      const reply = await within(send(client), deadline - performance.now(), 'no answer in time');
      this.#link.answered();
      return reply;
    } catch (fault) {
      if (isErrorReply(fault)) throw this.#refused(what, fault, client);
      this.#link.failed(client);
      throw messageOf(fault) === 'Connection is closed.' ? new ConnectionCut() : new NoLink('no answer in time');
    }
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

const asUnavailable = (fault: unknown): unknown => {
  if (fault instanceof NoLink) return unavailable(fault.message);
  if (fault instanceof ConnectionCut) return unavailable('the connection broke');
  return fault;
};

const isErrorReply = (fault: unknown): fault is Error => fault instanceof Error && fault.name === 'ReplyError';

function makeClient({ url, cluster, timeoutMs }: RedisConfig): Client {
  const options: RedisOptions = {
    lazyConnect: true,
    connectTimeout: 1000,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    disableClientInfo: true,
    // The link replaces a client that failed; one that reconnects by itself would be a second opinion.
    retryStrategy: () => null,
  };
  if (!cluster) return new Redis(url, options);
  const { hostname, port, username, password, protocol } = new URL(url);
  return new Cluster([{ host: hostname, port: Number(port || 6379) }], {
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: () => null,
    slotsRefreshTimeout: 1000,
    // Certificates of ElastiCache are for names: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
    dnsLookup: (address, callback) => callback(null, address),
    redisOptions: {
      connectTimeout: 1000,
      commandTimeout: timeoutMs,
      maxRetriesPerRequest: 1,
      autoResendUnfulfilledCommands: false,
      disableClientInfo: true,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  });
}
