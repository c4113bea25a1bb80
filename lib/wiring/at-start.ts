import { runsInLambda } from '../core/config.ts';
import { lazy } from '../core/lazy.ts';

/**
 * Makes what the first invocation needs. In Lambda that begins when the function starts, whose processor is fast then, and which takes a
 * while anyway; elsewhere when it is first asked for. It fails no start: what failed then, as in a process that was frozen between its
 * start and its first invocation, is made again for that. What was made is kept.
 * @returns what it makes; throws what `make` throws
 */
export function atStart<Value>(make: () => Promise<Value>): () => Promise<Value> {
  const made = lazy(make);
  const begun = runsInLambda() ? made().then(nothing, nothing) : undefined;
  return async () => {
    await begun;
    return made();
  };
}

const nothing = (): void => {};
