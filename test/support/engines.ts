import { chooseEngines } from '../../local/stack/engines/engines.ts';

export interface TestEngines {
  mongoUri: string;
  redisUrl: string;
  sqsEndpoint: string;
  stop(): Promise<void>;
}

/**
 * `TEST_ENGINES=found` (npm run test:real): servers that are named or found on this machine; else the embedded ones, `shared`: of whoever
 * started this run and named them.
 */
export const engineMode = process.env.TEST_ENGINES === 'found' ? 'found' : 'embedded';

/** Engines of one test file, and a line that says which they are. */
export async function testEngines(): Promise<TestEngines> {
  const { TEST_ENGINES, MONGODB_URI: mongoUri, REDIS_URL: redisUrl, SQS_ENDPOINT: sqsEndpoint } = process.env;
  if (TEST_ENGINES === 'shared' && mongoUri && redisUrl && sqsEndpoint)
    return { mongoUri, redisUrl, sqsEndpoint, stop: async () => undefined };
  const engines = await chooseEngines({ mode: engineMode });
  console.log(`engines: MongoDB ${engines.mongo.name}, Redis ${engines.redis.name}, SQS ${engines.sqs.name}`);
  return {
    mongoUri: engines.mongo.uri,
    redisUrl: engines.redis.url,
    sqsEndpoint: engines.sqs.endpoint,
    stop: engines.stop,
  };
}
