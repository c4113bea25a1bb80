import { type CountingProxy, countOf, startCountingProxy } from '../harness/counting-proxy.ts';
import { mongoFrames } from '../harness/mongo-frames.ts';
import { redisFrames } from '../harness/redis-frames.ts';
import type { Contender } from '../harness/take-turns.ts';
import type { World } from '../harness/world.ts';

/** What a consumer asks of its stores, an event. */
export interface Counts {
  events: number;
  mongo: number;
  aborts: number;
  redis: number;
}

/** Proxies before both stores. */
export interface Counting {
  /** Where an arm finds the stores. */
  over: { mongoUri: string; redisUrl: string };
  /** One turn, counted. */
  turn(contender: Contender): Promise<Counts>;
  stop(): Promise<void>;
}

export async function startCounting({ mongoUri, redisUrl }: World): Promise<Counting> {
  const proxies: [CountingProxy, CountingProxy] = [
    await startCountingProxy(mongoUri, mongoFrames),
    await startCountingProxy(redisUrl, redisFrames),
  ];
  const [mongo, redis] = proxies;
  return {
    over: { mongoUri: mongo.url, redisUrl: redis.url },
    async turn({ arm, work }) {
      await arm.prepare(await work());
      mongo.counts();
      redis.counts();
      const { events } = await arm.turn();
      const asked = mongo.counts();
      return {
        events,
        mongo: countOf(asked) / events,
        aborts: countOf(asked, 'abortTransaction') / events,
        redis: countOf(redis.counts()) / events,
      };
    },
    stop: async () => void (await Promise.all(proxies.map((proxy) => proxy.stop()))),
  };
}
