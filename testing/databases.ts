import { chooseDatabases } from '../local/stack/engines/databases.ts';

/** Where MongoDB and Redis answer. */
export interface TestDatabases {
  mongoUri: string;
  redisUrl: string;
  stop(): Promise<void>;
}

/**
 * Databases of one test file: the embedded engines. `TEST_ENGINES=found` (npm run test:real): servers that are named by
 * MONGODB_URI and REDIS_URL, or found on this machine; `shared`: those of whoever started this run and named them.
 */
export async function testDatabases(): Promise<TestDatabases> {
  const { TEST_ENGINES, MONGODB_URI: mongoUri, REDIS_URL: redisUrl } = process.env;
  if (TEST_ENGINES === 'shared' && mongoUri && redisUrl) return { mongoUri, redisUrl, stop: async () => {} };
  const { mongo, redis, stop } = await chooseDatabases({ mode: TEST_ENGINES === 'found' ? 'found' : 'embedded' });
  return { mongoUri: mongo.uri, redisUrl: redis.url, stop };
}
