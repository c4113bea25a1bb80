import { createHash } from 'node:crypto';
import { Binary } from 'bson';
import { MongoFault } from '../errors.ts';
import type { Store } from '../storage/store.ts';
import type { OpenTransaction } from '../storage/transaction.ts';
import { type Doc, isDocument } from '../value/types.ts';

/** What a session remembers of its last transaction. */
export interface SessionTransaction {
  readonly number: bigint;
  state: 'open' | 'committed' | 'aborted';
  readonly open: OpenTransaction;
  /** The connection that used it last; when that drops, it is aborted. */
  connection: number;
  readonly timer: NodeJS.Timeout;
}

/** https://www.mongodb.com/docs/manual/reference/server-sessions/ */
export interface Session {
  readonly id: string;
  /** The highest transaction number seen. */
  number: bigint;
  /** Results of this number's retryable writes, by statement. */
  executed: Map<number, unknown>;
  transaction: SessionTransaction | null;
  lastUsed: number;
}

export interface SessionLimits {
  /** Milliseconds that a transaction may be open. */
  transactionLifetimeMs: number;
  /** Milliseconds that one may be open without its connection. */
  abandonedAfterMs: number;
  /** Milliseconds that an unused session is kept. */
  sessionTimeoutMs: number;
}

/** Sessions of one server, and the transactions that they hold. */
export class Sessions {
  readonly #store: Store;
  readonly #limits: SessionLimits;
  readonly #sessions = new Map<string, Session>();

  constructor(store: Store, limits: SessionLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** @throws MongoFault BadValue when `lsid` is none */
  of(lsid: unknown): Session {
    const id = sessionId(lsid);
    const known = this.#sessions.get(id);
    if (known) {
      known.lastUsed = Date.now();
      return known;
    }
    const session: Session = { id, number: -1n, executed: new Map(), transaction: null, lastUsed: Date.now() };
    this.#sessions.set(id, session);
    return session;
  }

  start(session: Session, number: bigint, connection: number): SessionTransaction {
    const timer = setTimeout(() => this.abort(transaction), this.#limits.transactionLifetimeMs);
    timer.unref();
    const transaction: SessionTransaction = { number, state: 'open', open: this.#store.begin(), connection, timer };
    session.transaction = transaction;
    return transaction;
  }

  commit(transaction: SessionTransaction): void {
    if (transaction.state !== 'open') return;
    clearTimeout(transaction.timer);
    transaction.state = 'committed';
    this.#store.commit(transaction.open);
  }

  abort(transaction: SessionTransaction): void {
    if (transaction.state !== 'open') return;
    clearTimeout(transaction.timer);
    transaction.state = 'aborted';
    this.#store.abort(transaction.open);
  }

  end(lsid: unknown): void {
    const id = sessionId(lsid);
    const transaction = this.#sessions.get(id)?.transaction;
    if (transaction) this.abort(transaction);
    this.#sessions.delete(id);
  }

  /**
   * Aborts what a connection that is gone has left open, unless its client goes on elsewhere: drivers commit again on another connection.
   * The server waits for the transaction's lifetime instead; here programs under development die in the middle of one.
   */
  dropConnection(connection: number): void {
    for (const { transaction } of this.#sessions.values()) {
      if (transaction?.state !== 'open' || transaction.connection !== connection) continue;
      const abort = (): void => {
        if (transaction.connection === connection) this.abort(transaction);
      };
      setTimeout(abort, this.#limits.abandonedAfterMs).unref();
    }
  }

  /** https://www.mongodb.com/docs/manual/reference/operator/aggregation/listLocalSessions/ */
  listed(): Doc[] {
    const uid = new Binary(createHash('sha256').digest());
    return [...this.#sessions.values()].map(({ id, lastUsed }) => ({
      _id: { id: new Binary(Buffer.from(id, 'hex'), Binary.SUBTYPE_UUID), uid },
      lastUse: new Date(lastUsed),
    }));
  }

  /** Forgets sessions that nobody has used for long. */
  expire(now: number): void {
    for (const session of this.#sessions.values()) {
      if (session.transaction?.state === 'open' || now - session.lastUsed < this.#limits.sessionTimeoutMs) continue;
      this.#sessions.delete(session.id);
    }
  }

  stop(): void {
    for (const { transaction } of this.#sessions.values()) if (transaction) this.abort(transaction);
    this.#sessions.clear();
  }
}

function sessionId(lsid: unknown): string {
  const id = isDocument(lsid) ? (lsid as Doc).id : undefined;
  if (!(id instanceof Binary)) throw new MongoFault('BadValue', 'lsid.id must be a UUID');
  return id.toString('hex');
}
