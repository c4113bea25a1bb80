export type Outcome = 'succeeded' | 'rejected' | 'failed' | 'expired';

export type Status = 'accepted' | 'retrying' | Outcome;

export interface Attempt {
  /** RFC 3339. */
  at: string;
  outcome: 'succeeded' | 'rejected' | 'error' | 'crashed' | 'expired';
  error?: { code: string; message: string };
}
