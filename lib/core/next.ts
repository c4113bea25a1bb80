/** Every word for it. */
export const waitReasons = ['retry', 'outage', 'setup-missing', 'settings-missing', 'newer-version'] as const;

/** Why an event that is not settled waits, in the words that callers read (docs/http.md section 3). */
export type WaitReason = (typeof waitReasons)[number];

/** What stands in the way of a run, and is no fault of the event's. */
export type NotReadyReason = Extract<WaitReason, 'setup-missing' | 'settings-missing' | 'newer-version'>;

/** When an event that is not settled is looked at again, and why not sooner. */
export interface Next {
  /** RFC 3339; in the past where it is due and has not run since. */
  at: string;
  why: WaitReason;
  /** Of the error by which a handler asked for it at no cost of an attempt; a failed attempt says its own. */
  code?: string;
}

/** Whether a word is a reason that this code knows; newer code may know others. */
export const isWaitReason = (word: unknown): word is WaitReason => waitReasons.some((one) => one === word);
