/**
 * When this execution environment runs events jointly: not for a while after a joint run fell back, so that poison, or others who write the
 * same, cost little; nor after one whose handlers took long, because they wait for each other then, and have little of a shared commit.
 * It lives in memory, as the breaker does (protocol: single-after-fall-back).
 */
export interface Joining {
  /** Milliseconds that a handler took, the quicker of the latest two; 0: none has run. */
  readonly turnMs: number;
  /** The latest joint run met other writers: then what runs alone is not to meet its like in this environment too. */
  readonly meets: boolean;
  /**
   * Asked once for each batch of which some could run jointly.
   * @param handlersMs milliseconds that their handlers would have together
   */
  begins(handlersMs: number): boolean;
  /**
   * Is there to be another turn?
   * @param turns so many there were in this run
   * @param handlersMs milliseconds that are left to handlers
   */
  goesOn(turns: number, handlersMs: number): boolean;
  /** A handler ended, however. */
  took(ms: number): void;
  /** A joint run was committed. */
  held(): void;
  /** @param met whether it met another writer */
  fellBack(met: boolean): void;
}

/** A commit takes about as long: handlers that take longer gain nothing by sharing one, and run beside each other when they run alone. */
const MOST_TURN_MS = 25;
/** The batches that are passed over double so often: 2, 4, … 32. */
const MOST_DOUBLINGS = 5;

export function createJoining(): Joining {
  let turnMs = 0;
  let latestMs = Number.POSITIVE_INFINITY;
  let doublings = 0;
  let passedOver = 0;
  let meets = false;
  const passOver = (): void => {
    doublings = Math.min(doublings + 1, MOST_DOUBLINGS);
    passedOver = 2 ** doublings;
  };
  return {
    get turnMs() {
      return turnMs;
    },
    get meets() {
      return meets;
    },
    begins: (handlersMs) => {
      if (passedOver > 0) {
        passedOver--;
        return false;
      }
      if (handlersMs > 0 && 2 * turnMs <= handlersMs) return true;
      // Nobody measures them now: they are tried again some time.
      turnMs = 0;
      passOver();
      return false;
    },
    // The first turn of a process is slow whatever its handler does.
    goesOn: (turns, handlersMs) => turns === 0 || (turnMs <= handlersMs && (turns === 1 || turnMs <= MOST_TURN_MS)),
    took: (ms) => {
      turnMs = Math.min(latestMs, ms);
      latestMs = ms;
    },
    held: () => {
      meets = false;
      if (turnMs > MOST_TURN_MS) passOver();
      else doublings = Math.max(0, doublings - 1);
    },
    fellBack: (met) => {
      meets = met;
      passOver();
    },
  };
}
