import { setImmediate } from 'node:timers/promises';
import type { Document } from 'mongodb';
import { TransientError } from '../../lib/core/errors.ts';
import type { SettleAnswer, Settlement, Transaction } from '../../lib/ports/transaction.ts';
import type { Collection } from '../../lib/sdk/collection.ts';
import { DuplicateKeyError, SluiceError } from '../../lib/sdk/errors.ts';

interface Stored {
  readonly collection: string;
  readonly tenant: string;
  readonly document: Document;
}

/** What handlers write, in memory: inserts, and a count. */
export interface MemoryDatabase {
  /** What is committed, in its order. */
  readonly documents: Stored[];
  /** So many of the next updates meet another writer. */
  conflicts: number;
  /** Transactions that were begun and not committed. */
  aborted: number;
  /**
   * A handler may insert documents, of which no two of a tenant have the same `unique`, and add to counters: `updateOne` of a `counter`.
   * @param settle writes the records if all conditions hold
   */
  begin(tenant: string, settle: (all: readonly Settlement[]) => SettleAnswer, inserts?: 'held-back'): Transaction;
}

export function memoryDatabase(): MemoryDatabase {
  const database: MemoryDatabase = {
    documents: [],
    conflicts: 0,
    aborted: 0,
    begin: (tenant, settle, inserts) => {
      const own: Stored[] = [];
      const held: Stored[] = [];
      let underWay: Promise<unknown> = Promise.resolve();
      let [failure, writes, pending, closed]: [unknown, number, number, boolean] = [undefined, 0, 0, false];

      const insert = (stored: Stored): void => {
        const { unique } = stored.document;
        const taken = [...database.documents, ...own].some(
          (one) => one.tenant === tenant && one.collection === stored.collection && one.document.unique === unique,
        );
        if (unique !== undefined && taken) throw new DuplicateKeyError(stored.collection, ['unique']);
        own.push(stored);
      };
      const flush = (): void => {
        for (const stored of held.splice(0)) insert(stored);
      };
      const operation = (work: () => void): Promise<void> => {
        pending++;
        const done = underWay.then(async () => {
          await setImmediate();
          if (closed) throw new SluiceError('transaction-over', 'the run had ended', { retryable: true });
          if (failure !== undefined) throw failure;
          try {
            flush();
            work();
          } catch (error) {
            failure = error;
            throw error;
          }
        });
        underWay = done.catch(() => undefined).finally(() => pending--);
        return done;
      };
      const collectionOf = (collection: string) => ({
        insertOne: (document: Document) => {
          writes++;
          const stored = { collection, tenant, document: structuredClone(document) };
          if (inserts === undefined || pending > 0 || closed) return operation(() => insert(stored));
          held.push(stored);
          return Promise.resolve();
        },
        updateOne: async ({ counter }: { counter: string }, { by }: { by: number }) => {
          writes++;
          await operation(() => {
            if (database.conflicts > 0) {
              database.conflicts--;
              throw new TransientError('met another writer');
            }
            own.push({ collection, tenant, document: { counter, by } });
          });
        },
        findOne: async ({ unique }: { unique: string }) => {
          let found: Document | null = null;
          await operation(() => {
            found =
              [...database.documents, ...own].find(({ document }) => document.unique === unique)?.document ?? null;
          });
          return found;
        },
      });
      const drain = async (): Promise<void> => {
        while (pending > 0) {
          await underWay;
          await setImmediate();
        }
      };
      return {
        // A handler of these tests calls nothing else.
        collection: <Doc extends Document>(name: string) => collectionOf(name) as unknown as Collection<Doc>,
        get failure() {
          return failure;
        },
        get writes() {
          return writes;
        },
        drain,
        settle: async (settlements) => {
          await drain();
          closed = true;
          database.aborted++;
          if (failure !== undefined) throw failure;
          flush();
          const answer = settle(settlements);
          if (answer !== 'settled') return answer;
          database.aborted--;
          database.documents.push(...own);
          return answer;
        },
        abort: async () => {
          closed = true;
          database.aborted++;
          await underWay;
        },
      };
    },
  };
  return database;
}
