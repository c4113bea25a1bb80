import type { Document } from 'mongodb';
import type { FieldPath } from './field-path.ts';
import type { ProjectionKind } from './projection.ts';

declare const documents: unique symbol;

/** Indexes of a collection; the tenant is put before the fields of each. `-field` sorts downwards. */
export interface CollectionDeclaration<Doc extends object = Document> {
  /** What its documents are; of the type alone (defineCollection). */
  readonly [documents]?: Doc;
  /** Field lists that no two documents of one tenant share; every document must have each of these fields. */
  unique?: readonly (readonly Direction<FieldPath<Doc, 'required'>>[])[];
  /** Field lists for queries. */
  indexes?: readonly (readonly Direction<FieldPath<Doc>>[])[];
  /** Documents leave this many seconds after the time in a field (a BSON date). */
  expire?: { readonly field: FieldPath<Doc>; readonly afterSeconds: number };
}

type Direction<Field extends string> = Field | `-${Field}`;

/** The documents of a declared collection; any where its declaration does not say. */
export type DocumentOf<Declaration> = Declaration extends { readonly [documents]?: infer Doc extends Document }
  ? Doc
  : Document;

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
  /**
   * Of a type with `handle`: `joint`, what is delivered together for the first time commits together; `each`, every event on its own.
   * Unsaid it is `each` where the type has `env` or `permissions`, because its handler may call the outside, and `joint` elsewhere.
   */
  commit: 'joint' | 'each';
}

/** When whoever runs the service is told. */
export interface AlarmOptions {
  /** Seconds that an event of the type may wait to be settled: 60-604,800; the default is 900. */
  slowAfter: number;
  /** Failures in five minutes that nobody needs to be told of; the default is 0. */
  failures: number;
}

/** Exponential backoff with full jitter; `base` and `cap` in seconds. */
export interface RetryOptions {
  attempts: number;
  base: number;
  cap: number;
}
