/** Seconds that SQS keeps a message of a source queue, counted from when it was sent (protocol: retention). */
export const SOURCE_RETENTION_SECONDS = 7 * 86_400;

/** Seconds that SQS keeps a letter: it must outlast what it waits for (protocol: retention). */
export const LETTER_RETENTION_SECONDS = 14 * 86_400;

/** A message that would come back later than so many seconds before SQS deletes it does not wait on (protocol: waiting-ends). */
const LAST_SECONDS = 86_400;

/**
 * Whether a message that comes back then might die of age, unseen.
 * @param sentAt when it was sent, and `backAt` when it would come back: milliseconds since the epoch
 * @param lastSeconds that must be left then
 */
export const isTooOld = (
  retentionSeconds: number,
  sentAt: number,
  backAt: number,
  lastSeconds = LAST_SECONDS,
): boolean => backAt > sentAt + (retentionSeconds - lastSeconds) * 1000;
