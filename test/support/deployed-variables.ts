import { vi } from 'vitest';

/**
 * Gives this process the variables of a function of a deployed stage, whose addresses lead nowhere.
 * @returns takes them away
 */
export function stubDeployedVariables(): () => void {
  const addresses = { MONGODB_URI: 'mongodb+srv://h', REDIS_URL: 'rediss://h', QUEUE_URL_PREFIX: 'https://sqs/s-dev-' };
  const variables = { ...addresses, SERVICE: 's', STAGE: 'dev', EVENT_TYPES: '', POWERTOOLS_METRICS_DISABLED: 'true' };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  return () => void vi.unstubAllEnvs();
}
