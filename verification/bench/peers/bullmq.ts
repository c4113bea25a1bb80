import { Queue, Worker } from 'bullmq';
import type { Open } from '../arms/opened.ts';
import { handlerOf } from './handlers.ts';
import { schemaOf } from './schemas.ts';
import { envelope, openStores } from './stores.ts';

/** As many at a time as a batch has. */
const CONCURRENCY = 10;

/**
 * A worker of BullMQ, as its documents make one: https://docs.bullmq.io/guide/workers/concurrency. Its queue is in Redis, so what a turn costs
 * has the fetching of jobs in it, which SQS and Lambda do for the others.
 */
export const open: Open = async (order) => {
  const stores = await openStores(order);
  const handle = handlerOf(order.type);
  const schema = envelope.extend({ data: await schemaOf(order.type) });
  const { hostname, port } = new URL(order.redisUrl);
  const connection = { host: hostname, port: Number(port), maxRetriesPerRequest: null };
  const name = `bench-${process.pid}`;
  // In braces, so that all keys are in one slot: https://docs.bullmq.io/bull/patterns/redis-cluster
  const prefix = '{bench}';
  const queue = new Queue(name, { connection, prefix });
  const worker = new Worker(name, async ({ data }) => handle(stores, schema.parse(JSON.parse(data.text))), {
    connection,
    prefix,
    concurrency: CONCURRENCY,
    removeOnComplete: { count: 0 },
  });
  worker.on('error', (error) => {
    throw error;
  });
  await worker.waitUntilReady();
  await worker.pause();
  let waiting = 0;
  return {
    async prepare(work) {
      const jobs = work.flat().map((text) => ({ name: order.type, data: { text } }));
      await queue.addBulk(jobs);
      waiting = jobs.length;
    },
    async turn() {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      let done = 0;
      const finished = () => ++done === waiting && resolve();
      worker.on('completed', finished);
      worker.once('failed', (_job, error) => reject(error));
      worker.resume();
      await promise;
      worker.off('completed', finished);
      await worker.pause();
      return done;
    },
  };
};
