import { namedHosts } from './gateway/admission.ts';
import { isLoopback } from './gateway/loopback.ts';

export interface Start {
  stage: string;
  /** On which the gateway listens. */
  host: string;
  /** SLUICE_KEYS and SLUICE_HOSTS of the start. */
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Whether callers need a key: unless only this machine can reach stage local, and nobody has asked for keys.
 * @throws ConfigError for SLUICE_HOSTS
 */
export const asksForKeys = ({ stage, host, env }: Start): boolean =>
  stage !== 'local' || Boolean(env.SLUICE_KEYS) || namedHosts(env).length > 0 || !isLoopback(host.toLowerCase());
