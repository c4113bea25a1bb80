import { BSON, type Document, type Collection as DriverCollection } from 'mongodb';
import { DependencyError, TransientError } from '../../core/errors.ts';
import { SluiceError } from '../../sdk/errors.ts';

/** As MongoDB bounds one document: what goes out at once is no larger than what a handler may insert. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Inserts of one transaction that were not sent yet. */
export interface HeldInserts {
  /**
   * @param prepare makes the documents as they may be sent
   * @returns undefined where they would be too much, and must be sent; a promise that rejects with what `prepare` throws
   */
  hold(target: DriverCollection, prepare: () => readonly Document[]): Promise<void> | undefined;
  /**
   * Sends what is held back, in one call for each collection, and holds nothing any more.
   * @throws TransientError or DependencyError as the call does; anything else as `transaction-over`, because it may come in the turn of
   * another handler than the one that inserted, which hears of it where it runs alone
   */
  send(insert: (target: DriverCollection, documents: Document[]) => Promise<unknown>): Promise<void>;
}

/**
 * The answer to an insert is known beforehand, because `_id` is given by us: what is inserted may wait for the next operation that must be
 * answered, and go out with others in one command (protocol: held-back-inserts). Within a collection they keep their order; between
 * collections there is none to keep.
 */
export function createHeldInserts(): HeldInserts {
  const held = new Map<string, { target: DriverCollection; documents: Document[] }>();
  let bytes = 0;
  return {
    hold: (target, prepare) => {
      try {
        const documents = prepare();
        const size = documents.reduce((sum, document) => sum + BSON.calculateObjectSize(document), 0);
        if (bytes + size > MOST_BYTES) return undefined;
        bytes += size;
        const known = held.get(target.collectionName);
        // One by one: no call takes as many arguments as a handler may have documents.
        if (known) for (const document of documents) known.documents.push(document);
        else if (documents.length > 0) held.set(target.collectionName, { target, documents: [...documents] });
        return Promise.resolve();
      } catch (error) {
        return Promise.reject(error);
      }
    },
    send: async (insert) => {
      const all = [...held.values()];
      held.clear();
      bytes = 0;
      for (const { target, documents } of all)
        await insert(target, documents).catch((cause: unknown) => {
          if (cause instanceof TransientError || cause instanceof DependencyError) throw cause;
          const message = `an insert into ${target.collectionName} that was held back failed`;
          throw new SluiceError('transaction-over', message, { retryable: true, cause });
        });
    },
  };
}
