import { type Document, ObjectId } from 'mongodb';
import { DependencyError, TransientError } from '../../core/errors.ts';
import { SluiceError } from '../../sdk/errors.ts';
import { MOST_BYTES, type Write, writeOf } from './write-together.ts';

/** Inserts of one transaction that were not sent yet. */
export interface HeldInserts {
  /**
   * @param collection by its name
   * @param prepare makes the documents as they may be sent
   * @returns undefined where they would be too much, and must be sent; a promise that rejects with what `prepare` throws
   */
  hold(collection: string, prepare: () => readonly Document[]): Promise<void> | undefined;
  /** Hands out what is held back, in its order, and holds it no more. @param collection absent: of all */
  take(collection?: string): readonly Write[];
}

/**
 * The answer to an insert is known beforehand, because `_id` is given by us: what is inserted may wait for the next operation of its
 * collection that must be answered, and go out with others in one command (protocol: held-back-inserts). Within a collection they keep
 * their order; between collections there is none to keep, because no operation of a handler reads more than one.
 */
export function createHeldInserts(): HeldInserts {
  const held = new Map<string, Write[]>();
  let bytes = 0;
  return {
    hold: (collection, prepare) => {
      try {
        const writes = prepare().map((document) =>
          writeOf(collection, { insert: { _id: new ObjectId(), ...document } }),
        );
        const size = writes.reduce((sum, write) => sum + write.bytes, 0);
        if (bytes + size > MOST_BYTES) return undefined;
        bytes += size;
        const known = held.get(collection);
        // One by one: no call takes as many arguments as a handler may have documents.
        if (known) for (const write of writes) known.push(write);
        else held.set(collection, writes);
        return Promise.resolve();
      } catch (error) {
        return Promise.reject(error);
      }
    },
    take: (collection) => {
      const taken = collection === undefined ? [...held.values()].flat() : (held.get(collection) ?? []);
      if (collection === undefined) held.clear();
      else held.delete(collection);
      bytes -= taken.reduce((sum, write) => sum + write.bytes, 0);
      return taken;
    },
  };
}

/**
 * What is said of an insert that failed when it was sent: it may be in the turn of another handler than the one that inserted, which hears
 * of it where it runs alone. What calls for another run, or for waiting, does so as it is.
 */
export const failedLater = (cause: unknown, collection: string): unknown =>
  cause instanceof TransientError || cause instanceof DependencyError
    ? cause
    : new SluiceError('transaction-over', `an insert into ${collection} that was held back failed`, {
        retryable: true,
        cause,
      });
