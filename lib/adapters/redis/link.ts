import { codeOf, DependencyError, messageOf } from '../../core/errors.ts';
import type { Log } from '../../sdk/log.ts';
import { type Client, OPEN_MS } from './make-client.ts';
import { TimeOver, within } from './time-limit.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;
/** Gateways forget idle connections without a word, after 350 s in AWS; a frozen function does not see it happen. */
const IDLE_MS = 240_000;

/** Why there is no ready client; the connection may be asked again. */
export class NoLink extends Error {}

/** A connection that was ready is gone, and with it the answer. */
export class ConnectionCut extends Error {}

interface Opened {
  readonly client: Client;
  readonly ready: Promise<void>;
  usedAt: number;
  /** Tells those who wait for it that it will not be. */
  giveUp(): void;
}

/**
 * One connection that is opened when it is needed and thrown away at the first sign of trouble: a new one is cheaper than
 * finding out what became of the old. After failures it pauses, at most half a second, so that nobody is hammered.
 */
export class Link {
  readonly #make: () => Client;
  readonly #log: Log;
  readonly #openMs: number;
  #current: Opened | undefined;
  #failures = 0;
  #pausedUntil = 0;
  #closed = false;
  #trouble: unknown;
  #whenLost: (() => void) | undefined;
  readonly #whenRefused: () => void;

  /**
   * @param openMs after which a connection that is not ready is given up
   * @param whenRefused hears that the server refused the credentials
   */
  constructor(make: () => Client, log: Log, openMs = OPEN_MS, whenRefused: () => void = () => {}) {
    this.#whenRefused = whenRefused;
    this.#make = make;
    this.#log = log;
    this.#openMs = openMs;
  }

  /** @param listener called when a client that was ready is gone, unless the link was closed */
  onLost(listener: () => void): void {
    this.#whenLost = listener;
  }

  /** The client, when it can be used without waiting. */
  get readyClient(): Client | undefined {
    const current = this.#current;
    if (current?.client.status !== 'ready') return undefined;
    const now = Date.now();
    if (now - current.usedAt > IDLE_MS) {
      this.#drop(current);
      return undefined;
    }
    current.usedAt = now;
    return current.client;
  }

  /**
   * A client that is ready.
   * @param ms how long to wait for it
   * @throws TimeOver when there is none by then; NoLink when it cannot be made, or the link rests after a failure
   */
  async client(ms: number): Promise<Client> {
    const there = this.readyClient;
    if (there) return there;
    if (this.#closed) throw new NoLink('the connection was closed');
    if (!this.#current && Date.now() < this.#pausedUntil) throw new NoLink('the last try has just failed');
    this.#current ??= this.#open();
    const { client, ready } = this.#current;
    await within(ready, ms);
    return client;
  }

  /** Why the connection failed, as far as it said. */
  get reason(): string {
    return reasonOf(this.#trouble);
  }

  /** Whether the server refused the credentials of the last connection. */
  get wasRefused(): boolean {
    return isRefusal(this.#trouble);
  }

  /** There are other credentials: what was refused with the earlier ones, or may yet be, is nobody's connection any more. */
  renewed(): void {
    const current = this.#current;
    const stands = current?.client.status === 'ready' && !this.wasRefused;
    if (current && !stands) this.#drop(current);
    this.answered();
  }

  /** An answer came: whatever was wrong is over. */
  answered(): void {
    this.#failures = 0;
    this.#pausedUntil = 0;
    this.#trouble = undefined;
  }

  /** The client does not answer: the next one who asks gets a new one. */
  failed(client: Client): void {
    const current = this.#current;
    if (current?.client !== client) return;
    this.#failures++;
    // The first failure of a connection that worked is not worth a pause: it may just have been cut.
    const pause = this.#failures === 1 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 2));
    this.#pausedUntil = Date.now() + pause;
    this.#drop(current);
  }

  close(): void {
    this.#closed = true;
    if (this.#current) this.#drop(this.#current);
  }

  #open(): Opened {
    const client = this.#make();
    const { promise: dropped, reject } = Promise.withResolvers<never>();
    let wasReady = false;
    // Without a listener ioredis writes to the console; what matters of the error is its code.
    client.on('error', (error: unknown) => {
      // What is said of one that was dropped is nothing to the next.
      if (this.#current?.client !== client) return;
      this.#trouble = error;
      if (this.wasRefused) this.#whenRefused();
    });
    client.once('end', () => {
      this.failed(client);
      if (wasReady && !this.#closed) this.#whenLost?.();
    });
    const ready = within(Promise.race([client.connect(), dropped]), this.#openMs).then(
      () => {
        wasReady = true;
      },
      (fault: unknown) => {
        if (fault instanceof NoLink) throw fault;
        this.failed(client);
        const reason = reasonOf(this.#trouble ?? fault);
        this.#log.warn('no connection to Redis', { reason });
        throw new NoLink(reason);
      },
    );
    // Whoever waits has heard of it; when nobody waits any more it is in the log.
    ready.catch(() => undefined);
    const giveUp = (): void => reject(new NoLink('the connection was dropped'));
    return { client, ready, usedAt: Date.now(), giveUp };
  }

  #drop({ client, giveUp }: Opened): void {
    this.#current = undefined;
    giveUp();
    client.disconnect();
  }
}

export const isErrorReply = (fault: unknown): fault is Error => fault instanceof Error && fault.name === 'ReplyError';

/** Of credentials. https://redis.io/docs/latest/commands/auth/ */
export const isRefusal = (fault: unknown): boolean =>
  isErrorReply(fault) && /^(WRONGPASS|NOAUTH)\b/.test(fault.message);

/** Messages of the network hold addresses, so only their code is told; those of the server, such as NOAUTH, are told whole. */
function reasonOf(fault: unknown): string {
  if (isErrorReply(fault)) return `the connection was refused: ${messageOf(fault)}`;
  const code = codeOf(fault);
  return code === 'error' ? 'the connection broke' : `no connection (${code})`;
}

/** What every failure of Redis is to the pipelines; it names no address. */
export const unavailable = (reason: string): DependencyError => new DependencyError('redis', `Redis: ${reason}`);

/** What a call failed of, in our words where it is the connection. */
export const asUnavailable = (fault: unknown): unknown =>
  fault instanceof NoLink || fault instanceof TimeOver || fault instanceof ConnectionCut
    ? unavailable(fault.message)
    : fault;
