import { type Config, type Need, readConfig } from '../core/config.ts';
import type { Renewing } from '../core/renew.ts';
import type { Log } from '../sdk/log.ts';
import { withAddresses } from './addresses.ts';
import { atStart } from './at-start.ts';

/**
 * What a function needs of its environment, addresses that it only names read.
 * @param addressed reads addresses, unless a test says otherwise
 * @throws ConfigError, DependencyError
 */
export const readFunctionConfig = async <const Needed extends Need>(
  needs: readonly Needed[],
  log: Log,
  addressed: typeof withAddresses = withAddresses,
): Promise<Config<Needed> & Renewing> => addressed(readConfig(needs), log);

/**
 * The same in Lambda when the function starts, elsewhere when it is first asked for. What was read is kept.
 * @throws as readFunctionConfig, when it is asked for
 */
export const functionConfig = <const Needed extends Need>(
  needs: readonly Needed[],
  log: Log,
  addressed?: typeof withAddresses,
): (() => Promise<Config<Needed> & Renewing>) => atStart(() => readFunctionConfig(needs, log, addressed));
