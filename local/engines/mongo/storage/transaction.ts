import type { StoredCollection, StoredRecord, View, Writer } from './record.ts';

/** A transaction's view and its writes, until it ends. Made by Store.begin. */
export class OpenTransaction implements Writer, View {
  /** Commits up to here are seen. */
  readonly time: number;
  readonly ended: Promise<void>;
  readonly writes = new Map<StoredRecord, StoredCollection>();
  /** What it has read or written: definitions of these must not change before it ends. */
  readonly touched = new Set<StoredCollection>();
  /** Made by its first write to them, and gone with it. */
  readonly created = new Set<StoredCollection>();
  readonly end: () => void;

  constructor(time: number) {
    this.time = time;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.end = resolve;
  }

  get writer(): Writer {
    return this;
  }
}
