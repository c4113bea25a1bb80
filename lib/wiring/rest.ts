import { systemClock } from './clock.ts';

/** A function that had nothing to do for so long may have been frozen. */
const REST_MS = 250;
/** The end of a stream, its shutdown and its close take turns of the loop: two with Node 24, with TLS too; the others are to spare. */
const TURNS = 5;

/** Begins the work of an invocation. @throws what the work throws */
export type AfterRest = <Value>(work: () => Promise<Value>) => Promise<Value>;

/**
 * Work begins when it was heard what became of connections meanwhile. Nothing is heard while a function is frozen: it thaws with the
 * invocation and the ends of connections in one turn, and a driver that was asked first would write to what is closed. MongoDB's (7.9)
 * takes that for no error of the network, and does not try it again.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 * @param now milliseconds of a clock; this machine's unless a test says otherwise
 */
export function afterRest(now: () => number = systemClock.now): AfterRest {
  let restingSince = now();
  return async (work) => {
    if (now() - restingSince > REST_MS)
      for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
    try {
      return await work();
    } finally {
      restingSince = now();
    }
  };
}
