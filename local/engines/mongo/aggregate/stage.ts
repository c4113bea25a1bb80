import type { Doc } from '../value/types.ts';

/** From a stream of documents to another. */
export type Stage = (documents: Iterable<Doc>) => Iterable<Doc>;
