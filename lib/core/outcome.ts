export const outcomes = ['succeeded', 'rejected', 'failed', 'expired'] as const;

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
  /** `forSender`: its message was written for whoever sent the event; absent, only the desk shows it. */
  error?: { code: string; message: string; forSender?: boolean };
}

/** An attempt as callers see it. */
export interface ShownAttempt extends Omit<Attempt, 'error'> {
  error?: { code: string; message?: string };
}

/** An attempt as it is shown. @param all whether the caller may see what was not written for senders (docs/http.md section 3) */
export function shownAttempt({ error, ...attempt }: Attempt, all: boolean): ShownAttempt {
  if (!error) return attempt;
  const { forSender, code, message } = error;
  return { ...attempt, error: { code, ...((all || forSender) && { message }) } };
}
