export const waitReasons = ['retry', 'outage', 'setup-missing', 'settings-missing', 'newer-version'] as const;

/** Why an event that is not settled waits, in the words that callers read (docs/http.md section 3). */
export type WaitReason = (typeof waitReasons)[number];

/** What stands in the way of a run, and is no fault of the event's. */
export type NotReadyReason = Extract<WaitReason, 'setup-missing' | 'settings-missing' | 'newer-version'>;
