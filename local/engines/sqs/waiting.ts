import type { StoredQueue } from './fauxqs.ts';

/** Wakes all who wait for a message of this queue, when there is one that can be taken; who finds none waits on. */
export function wakeWaiting({ messages, fifoMessages, fifoLockedGroups, pollWaiters }: StoredQueue): void {
  if (pollWaiters.length === 0) return;
  if (messages.length === 0 && ![...fifoMessages.keys()].some((group) => !fifoLockedGroups.has(group))) return;
  for (const { timer, resolve } of pollWaiters.splice(0)) {
    clearTimeout(timer);
    resolve();
  }
}
