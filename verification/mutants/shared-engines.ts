import { chooseEngines } from '../../local/stack/engines/engines.ts';

/** Starts embedded engines that the test files of all forks use, for faults that are not in the engines: to start them is half of the work. */
export async function shareEngines(): Promise<{ stop(): Promise<void> }> {
  const { mongo, redis, sqs, stop } = await chooseEngines({ mode: 'embedded' });
  const env = { TEST_ENGINES: 'shared', MONGODB_URI: mongo.uri, REDIS_URL: redis.url, SQS_ENDPOINT: sqs.endpoint };
  Object.assign(process.env, env);
  return {
    stop: async () => {
      for (const name of Object.keys(env)) delete process.env[name];
      await stop();
    },
  };
}
