/** Asks the Redis of its environment whether it is there. */
import { Redis } from 'ioredis';

export const handler = async () => {
  const redis = new Redis(process.env.REDIS_URL, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let fault;
  redis.on('error', (error) => {
    fault = error;
  });
  try {
    await redis.connect();
    return { said: await redis.ping() };
  } catch (error) {
    return { said: (fault ?? error).message };
  } finally {
    redis.disconnect();
  }
};
