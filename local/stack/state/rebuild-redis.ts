import { loadEventFolder } from '../../../deploy/event-types.ts';
import { readConfig } from '../../../lib/core/config.ts';
import { rebuild } from '../../../lib/projections/rebuild/rebuild.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { systemClock } from '../../../lib/wiring/clock.ts';
import { connectMongo, settledRecordsOn } from '../../../lib/wiring/mongo.ts';
import { connectRedis, forgetDerived, generationsOn, projectionsOn } from '../../../lib/wiring/redis.ts';

/**
 * Drops what Redis derives from MongoDB and builds projections from the records: what was kept of Redis may tell of events whose records
 * are lost, or not tell of some that are there.
 * @param environment MONGODB_* and REDIS_* of the functions
 * @returns how many records were applied
 * @throws DependencyError
 */
export async function rebuildRedis(environment: Readonly<Record<string, string>>): Promise<number> {
  const { projections: declared } = await loadEventFolder();
  const config = readConfig(['mongodb', 'redis'], environment);
  const mongo = connectMongo(config);
  const redis = connectRedis(config, silent);
  const ports = {
    records: settledRecordsOn(mongo),
    generations: generationsOn(redis, config, systemClock),
    projections: projectionsOn(redis),
    clock: systemClock,
    log: silent,
  };
  try {
    await forgetDerived(redis, config);
    const rows = await rebuild(ports, { declared });
    return rows.reduce((sum, { records }) => sum + records, 0);
  } finally {
    await Promise.all([mongo.close(), redis.close()]);
  }
}

/** Nothing of it is for a person: a fault is thrown. */
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
