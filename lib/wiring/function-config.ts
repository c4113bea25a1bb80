import { type Config, type Need, readConfig, runsInLambda } from '../core/config.ts';
import { lazy } from '../core/lazy.ts';
import type { Renewing } from '../core/renew.ts';
import type { Log } from '../sdk/log.ts';
import { withAddresses } from './addresses.ts';

/**
 * What a function needs of its environment, addresses that it only names read. In Lambda reading begins when the function starts, whose
 * processor is fast then, and which takes a while anyway; elsewhere, and where that failed, when it is first asked for. What was read is kept.
 * @param addressed reads addresses, unless a test says otherwise
 * @throws ConfigError, DependencyError, when it is asked for
 */
export function functionConfig<const Needed extends Need>(
  needs: readonly Needed[],
  log: Log,
  addressed: typeof withAddresses = withAddresses,
): () => Promise<Config<Needed> & Renewing> {
  const read = lazy(async () => addressed(readConfig(needs), log));
  // A process may be frozen between its start and its first request: what fails of that is read again.
  const begun = runsInLambda() ? read().then(nothing, nothing) : undefined;
  return async () => {
    await begun;
    return read();
  };
}

const nothing = (): void => {};
