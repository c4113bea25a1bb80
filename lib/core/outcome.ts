const outcomes = ['succeeded', 'rejected', 'failed', 'expired'] as const;

/** What became of an event, for good. */
export type Outcome = (typeof outcomes)[number];

/** Whether a word is an outcome that this code knows; newer code may know others. */
export const isOutcome = (word: unknown): word is Outcome => outcomes.some((one) => one === word);

export const statuses = ['accepted', 'retrying', ...outcomes] as const;
export type Status = (typeof statuses)[number];

export interface Attempt {
  /** RFC 3339. */
  at: string;
  outcome: 'succeeded' | 'rejected' | 'error' | 'crashed' | 'expired';
  error?: { code: string; message: string };
}
