import { type Launched, type LaunchOptions, launch } from '../../local/stack/launch.ts';
import { engineMode } from './engines.ts';
import { neutralEvents } from './neutral-events.ts';

/**
 * The whole local stack on free ports, in a process of its own, for tests over HTTP: with the event types of the tests, and on the
 * embedded engines unless TEST_ENGINES=found.
 * @throws LaunchError with what went wrong
 */
export const startStack = ({ env, ...options }: LaunchOptions = {}): Promise<Launched> =>
  launch({ engines: engineMode, env: { SLUICE_EVENTS: neutralEvents, ...env }, ...options });
