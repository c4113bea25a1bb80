/**
 * Whether this environment expects that some of what is delivered for the first time has a record by now, because it came twice: then a
 * find before each joint run tells them apart. Where none came of late nobody asks: the condition of each record tells in any case, at the
 * price of one joint run (protocol: known-events-run-alone). It lives in memory, as the breaker does.
 */
export interface Copies {
  readonly expected: boolean;
  /** A batch was looked up. @param met whether any of it was known */
  lookedUp(met: boolean): void;
  /** A joint run that nobody had looked up was undone, and some of it was known. */
  met(): void;
}

/** Batches without any that say that none is to be expected. Where one event in a hundred is a copy, so many of ten are rare. */
const QUIET_BATCHES = 16;

export function createCopies(): Copies {
  // The first batches of an environment often follow another one that died.
  let quiet = 0;
  return {
    get expected() {
      return quiet < QUIET_BATCHES;
    },
    lookedUp: (met) => {
      quiet = met ? 0 : quiet + 1;
    },
    met: () => {
      quiet = 0;
    },
  };
}
