/**
 * Keeps an execution environment from hammering a dependency that is down: once an event was returned for infrastructure,
 * the rest of its batch is returned too, and later batches begin with one event as a probe until one gets through.
 * It lives in memory, one per execution environment (protocol: breaker).
 */
export interface Breaker {
  readonly open: boolean;
  trip(): void;
  close(): void;
}

export function createBreaker(): Breaker {
  let open = false;
  return {
    get open() {
      return open;
    },
    trip: () => {
      open = true;
    },
    close: () => {
      open = false;
    },
  };
}
