import type { DependencyError } from '../../core/errors.ts';
import type { Log } from '../../sdk/log.ts';
import { type Asked, call, nameOf, type Reply, type Script } from './asked.ts';
import { keysIn, type RedisKeys } from './keys.ts';
import { asUnavailable, ConnectionCut, isErrorReply, isRefusal, Link, NoLink, unavailable } from './link.ts';
import { type Client, makeClient, type RedisConfig } from './make-client.ts';
import { OneWrite } from './one-write.ts';
import { RenewedUrl } from './renewed-url.ts';
import { checkOneSlot } from './slot-check.ts';
import { SharedLimit, TimeOver, within } from './time-limit.ts';

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
  /**
   * Many at once, of whatever slots, in one flush; one limit of time and one repetition are for all of them.
   * @returns the replies, in order
   * @throws as command, of the first that fails
   */
  all(asked: readonly Asked[]): Promise<Reply[]>;
  /** The second connection, for subscriptions; opened when it is first needed. */
  readonly subscriber: Link;
  /** How often Redis answered with an error so far. */
  readonly faults: number;
  close(): Promise<void>;
}

/** What a call failed of, and the address that its connection was made with. */
interface Failed {
  readonly url: string;
  readonly fault: unknown;
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

class Connection implements RedisConnection {
  readonly keys: RedisKeys;
  readonly timeoutMs: number;
  readonly log: Log;
  readonly subscriber: Link;
  readonly #link: Link;
  readonly #limit: SharedLimit;
  readonly #address: RenewedUrl;
  readonly #together = new OneWrite();
  #faults = 0;

  constructor(config: RedisConfig & { space: string }, log: Log) {
    this.keys = keysIn(config.space);
    this.timeoutMs = config.timeoutMs;
    this.log = log;
    this.#limit = new SharedLimit(config.timeoutMs);
    this.#address = new RenewedUrl(config.url, config.renew, () => {
      for (const link of [this.#link, this.subscriber]) link.renewed();
    });
    const make = () => makeClient({ ...config, url: this.#address.url });
    const refused = () => void this.#address.renewed(this.#address.url);
    this.#link = new Link(make, log, config.openMs, refused);
    this.subscriber = new Link(make, log, config.openMs, refused);
  }

  get faults(): number {
    return this.#faults;
  }

  command(name: string, keys: readonly string[], args: readonly (string | number)[] = []): Promise<Reply> {
    return this.#one({ what: name, keys, args });
  }

  run(script: Script, keys: readonly string[], args: readonly (string | number)[] = []): Promise<Reply> {
    return this.#one({ what: script, keys, args });
  }

  all(asked: readonly Asked[]): Promise<Reply[]> {
    for (const { keys } of asked) checkOneSlot(keys);
    return this.#ask(nameOf(asked[0]), (client) => Promise.all(asked.map((one) => call(client, one))));
  }

  #one(asked: Asked): Promise<Reply> {
    checkOneSlot(asked.keys);
    return this.#ask(nameOf(asked), (client) => call(client, asked));
  }

  async close(): Promise<void> {
    this.#link.close();
    this.subscriber.close();
  }

  async #ask<Value>(what: string, send: (client: Client) => Promise<Value>): Promise<Value> {
    const deadline = performance.now() + this.timeoutMs;
    const { url } = this.#address;
    try {
      // A client that is ready is used in the same tick, so that what is asked together leaves together.
      const client = this.#link.readyClient;
      if (!client) return await this.#askSlowly(what, send, deadline);
      return await this.#answer(what, client, this.#limit.within(send(this.#together.hold(client))));
    } catch (fault) {
      return this.#askAgain({ url, fault }, () => this.#askSlowly(what, send, deadline), deadline);
    }
  }

  /** Once more after a connection that broke, and after one that was refused whenever there are other credentials. */
  async #askAgain<Value>(first: Failed, ask: () => Promise<Value>, deadline: number): Promise<Value> {
    let { url, fault } = first;
    let mayBreak = true;
    try {
      for (;;) {
        if (mayBreak && fault instanceof ConnectionCut) mayBreak = false;
        else if (!(await this.#isRenewed(url, fault, deadline))) throw fault;
        url = this.#address.url;
        try {
          return await ask();
        } catch (next) {
          fault = next;
        }
      }
    } catch (last) {
      throw asUnavailable(last);
    }
  }

  /** Waits for a connection first, and has only what is left of the budget. */
  async #askSlowly<Value>(what: string, send: (client: Client) => Promise<Value>, deadline: number): Promise<Value> {
    const client = await this.#link.client(deadline - performance.now());
    return this.#answer(what, client, within(send(this.#together.hold(client)), deadline - performance.now()));
  }

  /** Whether there are other credentials than those with which a call failed; the next connection has them. */
  async #isRenewed(url: string, fault: unknown, deadline: number): Promise<boolean> {
    if (!(fault instanceof NoLink || fault instanceof ConnectionCut)) return false;
    if (this.#address.url !== url) return true;
    if (!this.#link.wasRefused) return false;
    // Where reading them takes too long, the refusal is what there is to say.
    return within(this.#address.renewed(url), deadline - performance.now()).catch((late: unknown) => {
      if (late instanceof TimeOver) return false;
      throw late;
    });
  }

  async #answer<Value>(what: string, client: Client, asked: Promise<Value>): Promise<Value> {
    try {
      const reply = await asked;
      this.#link.answered();
      return reply;
    } catch (fault) {
      if (isErrorReply(fault)) throw this.#fault(what, fault, client);
      // What never reached the connection says nothing of it.
      if (fault instanceof TypeError || fault instanceof RangeError) throw fault;
      this.#link.failed(client);
      throw fault instanceof TimeOver ? fault : new ConnectionCut(this.#link.reason);
    }
  }

  #fault(what: string, reply: Error, client: Client): DependencyError {
    this.#faults++;
    this.log.error('Redis answered with an error', { command: what, error: reply.message, faults: this.#faults });
    const refused = isRefusal(reply);
    if (refused) void this.#address.renewed(this.#address.url);
    // After a failover this connection leads to what is a replica now.
    if (refused || /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN)\b/.test(reply.message)) this.#link.failed(client);
    else this.#link.answered();
    return unavailable(`${what} was refused: ${reply.message}`);
  }
}
