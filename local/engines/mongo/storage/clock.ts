import { Timestamp } from 'bson';

/** Commit times: whole numbers that only grow; each is also a cluster time. */
export interface CommitClock {
  /** The time of the last commit. */
  readonly now: number;
  /** A time after all before it. */
  tick(): number;
  clusterTime(): Timestamp;
  /** A cluster time after all before it. */
  timestamp(): Timestamp;
}

export function commitClock(wallClock: () => number): CommitClock {
  let now = 1;
  let seconds = Math.floor(wallClock() / 1000);
  let increment = 1;
  const tick = (): number => {
    now += 1;
    const current = Math.floor(wallClock() / 1000);
    if (current > seconds) {
      seconds = current;
      increment = 1;
    } else increment += 1;
    return now;
  };
  const clusterTime = (): Timestamp => new Timestamp({ t: seconds, i: increment });
  return {
    get now() {
      return now;
    },
    tick,
    clusterTime,
    timestamp() {
      tick();
      return clusterTime();
    },
  };
}
