import type { ProjectionKind } from './projection.ts';

/** Indexes of a collection; the tenant is put before the fields of each. */
export interface CollectionDeclaration {
  /** Field lists that no two documents of one tenant share. */
  unique?: readonly (readonly string[])[];
  /** Field lists for queries; `-field` sorts downwards. */
  indexes?: readonly (readonly string[])[];
  /** Documents leave this many seconds after the time in a field (a BSON date). */
  expire?: { readonly field: string; readonly afterSeconds: number };
}

export interface ProjectionDeclaration {
  /** The Redis structure that it is made of. */
  kind: ProjectionKind;
  /** Days that a key stays after its last change; absent: for ever. */
  keepDays?: number;
}

export interface QueueOptions {
  /** Most events per invocation: 1-10,000, ordered 1-10. */
  batchSize: number;
  /** Seconds to wait for a batch to fill: 0-300, ordered 0; at least 1 when batchSize is over 10. */
  batchWindow: number;
  /** Most invocations at a time: 2-1,000. */
  concurrency: number;
  /** Seconds a run may take: 1-50 (MongoDB ends transactions at 60 s). */
  timeout: number;
}

/** Exponential backoff with full jitter; `base` and `cap` in seconds. */
export interface RetryOptions {
  attempts: number;
  base: number;
  cap: number;
}
