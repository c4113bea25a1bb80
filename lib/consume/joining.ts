/**
 * When this execution environment runs events jointly: not for a while after a joint run fell back, so that poison, or others who write the
 * same, cost little; and never where its handlers take so long that two would not fit. It lives in memory, as the breaker does
 * (protocol: single-after-fall-back).
 */
export interface Joining {
  /** Milliseconds that a handler took in the latest joint runs; 0: none has run. */
  readonly turnMs: number;
  /**
   * Asked once for each batch of which some could run jointly.
   * @param handlersMs milliseconds that their handlers would have together
   */
  begins(handlersMs: number): boolean;
  /** A handler ended, however. */
  took(ms: number): void;
  /** A joint run was committed. */
  held(): void;
  fellBack(): void;
}

/** After so many fall-backs in a row no more batches are passed over than after one less: 2, 4, … 32. */
const MOST_DOUBLINGS = 5;

export function createJoining(): Joining {
  let turnMs = 0;
  let doublings = 0;
  let passedOver = 0;
  return {
    get turnMs() {
      return turnMs;
    },
    begins: (handlersMs) => {
      if (passedOver > 0) {
        passedOver--;
        return false;
      }
      if (2 * turnMs <= handlersMs) return true;
      // Nothing measures them now: in the end they are tried again.
      turnMs /= 2;
      return false;
    },
    took: (ms) => {
      turnMs = turnMs === 0 ? ms : (3 * turnMs + ms) / 4;
    },
    held: () => {
      doublings = Math.max(0, doublings - 1);
    },
    fellBack: () => {
      doublings = Math.min(doublings + 1, MOST_DOUBLINGS);
      passedOver = 2 ** doublings;
    },
  };
}
