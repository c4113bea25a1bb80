import { Timestamp } from 'bson';

/** Commit times: whole numbers that only grow; each is also a cluster time. */
export interface CommitClock {
  /** The time of the last commit. */
  readonly now: number;
  /** A time after all before it. */
  tick(): number;
  clusterTime(): Timestamp;
}

export function commitClock(wallClock: () => number): CommitClock {
  let now = 1;
  let seconds = Math.floor(wallClock() / 1000);
  let increment = 1;
  return {
    get now() {
      return now;
    },
    tick() {
      now += 1;
      const current = Math.floor(wallClock() / 1000);
      if (current > seconds) {
        seconds = current;
        increment = 1;
      } else increment += 1;
      return now;
    },
    clusterTime: () => new Timestamp({ t: seconds, i: increment }),
  };
}
