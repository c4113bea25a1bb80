import type { RedisConnection } from './client.ts';
import type { RedisConfig } from './make-client.ts';
import { scanKeys } from './scan-keys.ts';

/**
 * Deletes all that Redis holds of this stage and MongoDB, too, knows or will know: claims, outcomes, settled events, projections with their guards and
 * generations, rates and places to wait. What voids start marks stays, and so does what is not this stage's.
 * @param config of the same Redis, to list its keys
 * @throws DependencyError
 */
export async function forgetDerived(connection: RedisConnection, config: RedisConfig): Promise<void> {
  const { isDerived, pattern } = connection.keys;
  for await (const keys of scanKeys(config, pattern))
    await Promise.all(keys.filter(isDerived).map((key) => connection.command('UNLINK', [key])));
}
