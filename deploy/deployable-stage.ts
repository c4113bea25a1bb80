import { ConfigError } from '../lib/core/errors.ts';

/**
 * Stage local asks callers for no key, so it stays on this machine.
 * @param stages what says which stage this is
 * @throws ConfigError in one line, with what to do
 */
export function refuseLocalStage(stages: readonly string[]): void {
  if (stages.includes('local'))
    throw new ConfigError('stage local asks callers for no key and stays on this machine: name another with --stage');
}
