import type { Measure, Policy } from '../core/access/policies.ts';

/** What one request costs. */
export type Cost = Readonly<Record<Measure, number>>;

/** Whose buckets are asked. */
export interface Payer {
  readonly tenant: string;
  /** The id of its key. */
  readonly key: string;
  /** At least one; a bucket each. */
  readonly policies: readonly Policy[];
}

/** A bucket as it was left. */
export interface Bucket {
  readonly left: number;
  /** Seconds until it is full again. */
  readonly reset: number;
  /** Seconds until it has what was asked of it and not there; 0 where all was. */
  readonly wait: number;
}

export interface Taken {
  /** False: requests or bytes were not there, and nothing was taken. */
  readonly passed: boolean;
  /** How many of the events asked for were taken. */
  readonly events: number;
  /** One for each policy, in their order. */
  readonly buckets: readonly Bucket[];
}

export interface Rates {
  /** Takes requests and bytes from all buckets or from none, and of the events as many as are in all of them. */
  take(payer: Payer, cost: Cost): Promise<Taken>;
  /** Puts back what was taken and not used; at most until a bucket is full. */
  giveBack(payer: Payer, cost: Cost): Promise<void>;
}
