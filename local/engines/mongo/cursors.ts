import { randomBytes } from 'node:crypto';
import { Long } from 'bson';
import { MongoFault, timeExpired } from './errors.ts';
import type { Doc } from './value/types.ts';
import { sizeOf } from './wire.ts';

export interface OpenCursor {
  readonly id: Long;
  readonly namespace: string;
  readonly documents: Iterator<Doc>;
  /** Read but not fitting into the last answer. */
  next: Doc | undefined;
  readonly session: string | undefined;
  /** The number of the transaction that opened it. */
  readonly transaction: bigint | undefined;
  /** Stays open however long nobody uses it. */
  readonly noTimeout: boolean;
  /** What is left of the maxTimeMS of the command that opened it; Infinity when it had none. */
  timeLeftMs: number;
  lastUsed: number;
}

const FIRST_BATCH = 101;
const MOST_BYTES = 16 * 1024 * 1024;

/** https://www.mongodb.com/docs/manual/core/cursors/ */
export class Cursors {
  readonly #open = new Map<string, OpenCursor>();
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#open.size;
  }

  /** The first batch, and a cursor for what is left. */
  open(
    namespace: string,
    documents: Iterator<Doc>,
    options: {
      batchSize?: number | undefined;
      single?: boolean;
      noTimeout?: boolean | undefined;
      session?: string | undefined;
      transaction?: bigint | undefined;
      timeLeftMs?: number;
    },
  ): Doc {
    const cursor: OpenCursor = {
      id: Long.fromBigInt(BigInt.asUintN(63, randomBytes(8).readBigUInt64LE()) | 1n),
      namespace,
      documents,
      next: undefined,
      session: options.session,
      transaction: options.transaction,
      noTimeout: options.noTimeout === true,
      timeLeftMs: options.timeLeftMs ?? Number.POSITIVE_INFINITY,
      lastUsed: Date.now(),
    };
    const { batch, more } = takeInTime(cursor, options.batchSize ?? FIRST_BATCH);
    const stays = more && options.single !== true;
    if (stays) this.#open.set(cursor.id.toString(), cursor);
    return { firstBatch: batch, id: stays ? cursor.id : Long.ZERO, ns: namespace };
  }

  /** Does time that is spent on its batches count against a maxTimeMS? */
  isTimed(id: Long): boolean {
    return Number.isFinite(this.#open.get(id.toString())?.timeLeftMs);
  }

  /** @throws MongoFault CursorNotFound, Unauthorized for another namespace or session, MaxTimeMSExpired */
  more(
    id: Long,
    namespace: string,
    batchSize: number | undefined,
    session: string | undefined,
    transaction: bigint | undefined,
  ): Doc {
    const cursor = this.#open.get(id.toString());
    if (!cursor) throw new MongoFault('CursorNotFound', `cursor id ${id} not found`);
    if (cursor.namespace !== namespace)
      throw new MongoFault(
        'Unauthorized',
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    if (cursor.session !== session || cursor.transaction !== transaction)
      throw new MongoFault(
        'Location50738',
        `Cannot run getMore on cursor ${id}, which was created in another session or transaction`,
      );
    cursor.lastUsed = Date.now();
    // Whatever ends it in the middle ends the cursor.
    this.#open.delete(id.toString());
    const { batch, more } = takeInTime(cursor, batchSize || Number.POSITIVE_INFINITY);
    if (more) this.#open.set(id.toString(), cursor);
    return { nextBatch: batch, id: more ? id : Long.ZERO, ns: namespace };
  }

  kill(id: Long): boolean {
    return this.#open.delete(id.toString());
  }

  killSession(session: string): void {
    for (const [id, cursor] of this.#open) if (cursor.session === session) this.#open.delete(id);
  }

  killSessions(): void {
    for (const [id, cursor] of this.#open) if (cursor.session !== undefined) this.#open.delete(id);
  }

  killNamespace(namespace: string): void {
    for (const [id, cursor] of this.#open) if (cursor.namespace === namespace) this.#open.delete(id);
  }

  expire(now: number): void {
    for (const [id, { lastUsed, noTimeout }] of this.#open)
      if (!noTimeout && now - lastUsed >= this.#timeoutMs) this.#open.delete(id);
  }
}

/** As take; what it lasts is gone of the cursor's time. @throws MongoFault MaxTimeMSExpired */
function takeInTime(cursor: OpenCursor, size: number): { batch: Doc[]; more: boolean } {
  const started = Date.now();
  const taken = take(cursor, size, started + cursor.timeLeftMs);
  cursor.timeLeftMs -= Date.now() - started;
  return taken;
}

/**
 * At most `size` documents and 16 MB, but one document always.
 * @param deadline epoch ms
 * @throws MongoFault MaxTimeMSExpired
 */
function take(cursor: OpenCursor, size: number, deadline: number): { batch: Doc[]; more: boolean } {
  const batch: Doc[] = [];
  let bytes = 0;
  while (batch.length < size) {
    if (Date.now() > deadline) throw timeExpired();
    const document = cursor.next ?? advance(cursor);
    cursor.next = undefined;
    if (!document) return { batch, more: false };
    bytes += sizeOf(document);
    if (bytes > MOST_BYTES && batch.length > 0) {
      cursor.next = document;
      return { batch, more: true };
    }
    batch.push(document);
  }
  cursor.next = cursor.next ?? advance(cursor);
  return { batch, more: cursor.next !== undefined };
}

function advance(cursor: OpenCursor): Doc | undefined {
  const { value, done } = cursor.documents.next();
  return done ? undefined : value;
}
