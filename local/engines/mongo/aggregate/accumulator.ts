import type { Doc } from '../value/types.ts';

/** Takes in the documents of one group, one by one. */
export interface Accumulator {
  add(document: Doc): void;
  result(): unknown;
}
