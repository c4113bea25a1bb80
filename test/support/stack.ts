import { type Launched, type LaunchOptions, launch } from '../../local/stack/launch.ts';
import { engineMode } from './engines.ts';

/**
 * The whole local stack on free ports, in a process of its own, for tests over HTTP. On the embedded engines unless
 * TEST_ENGINES=found.
 * @throws LaunchError with what went wrong
 */
export const startStack = (options: LaunchOptions = {}): Promise<Launched> =>
  launch({ engines: engineMode, ...options });
