/**
 * What belongs to a server named by MONGODB_URI or REDIS_URL, and what the launcher says. One machine that is everything at once answers
 * later than a network does: with the deployed 200 ms a busy laptop would be taken for an outage of Redis.
 */
export function overridesIn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const { MONGODB_DATABASE, REDIS_CLUSTER, REDIS_TIMEOUT_MS = '1000', SLUICE_ENVIRONMENT = '{}' } = env;
  return {
    REDIS_TIMEOUT_MS,
    ...(MONGODB_DATABASE && { MONGODB_DATABASE }),
    ...(REDIS_CLUSTER && { REDIS_CLUSTER }),
    ...(JSON.parse(SLUICE_ENVIRONMENT) as Record<string, string>),
  };
}
