import { randomUUID } from 'node:crypto';
import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { localCredentials } from '../../engines/sqs/local-credentials.ts';
import { callerOf } from '../../stack/caller.ts';
import type { ExampleEvent } from '../../stack/example-events.ts';
import type { Addresses } from '../../stack/launch.ts';

/** How many things are kept. */
export interface Kept {
  /** Of all collections. */
  documents: number;
  /** Documents of events alone. */
  events: number;
  keys: number;
  /** Waiting or in flight, in all queues. */
  messages: number;
}

export interface Rounds {
  count(): Promise<Kept>;
  /** Sends so many events of so many bytes more than they need, and waits until each has its record and no queue has a message. @param progress hears how many are sent and settled */
  run(events: number, bytes: number, progress: (sent: number, settled: number) => void): Promise<void>;
  /** Lets the time of every record and key come that has one, and waits until they have left. */
  expire(): Promise<void>;
  close(): Promise<void>;
}

/** A request of the client takes a thousand at most. */
const BATCH = 500;
const AT_A_TIME = 4;
const LONGEST_STANDSTILL_MS = 60_000;

/**
 * Sends events to a local stack and lets them leave again, as their retention would in 45 days.
 * @param examples one at least
 */
export function roundsOn(stack: Addresses, examples: readonly ExampleEvent[]): Rounds {
  const { mongoUri, redisUrl, sqsEndpoint, database } = stack;
  const client = callerOf(stack).client();
  const mongo = new MongoClient(mongoUri);
  const db = mongo.db(database);
  const redis = new Redis(redisUrl);
  const sqs = new SQSClient({ endpoint: sqsEndpoint, region: 'eu-central-1', credentials: localCredentials });

  const count = async (): Promise<Kept> => {
    const collections = await db.listCollections({}, { nameOnly: true }).toArray();
    const counts = await Promise.all(collections.map(({ name }) => db.collection(name).countDocuments()));
    const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({}));
    const messages = await Promise.all(QueueUrls.map((QueueUrl) => messagesIn(sqs, QueueUrl)));
    return {
      documents: sum(counts),
      events: await db.collection('events').countDocuments(),
      keys: await redis.dbsize(),
      messages: sum(messages),
    };
  };
  return {
    count,
    async run(events, bytes, progress) {
      const before = await db.collection('events').countDocuments();
      let sent = 0;
      const batches = Array.from({ length: Math.ceil(events / BATCH) }, (_, index) =>
        Math.min(BATCH, events - index * BATCH),
      ).values();
      const sender = async () => {
        for (const size of batches) {
          const results = await client.sendMany(Array.from({ length: size }, someEvent(examples, bytes)));
          const refused = results.find((result) => 'problem' in result);
          if (refused) throw new Error(`an event was refused: ${JSON.stringify(refused)}`);
          sent += size;
          progress(sent, (await db.collection('events').countDocuments()) - before);
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, sender));
      await until(async () => {
        const { events: settled, messages } = await count();
        progress(sent, settled - before);
        return settled - before === events && messages === 0 ? true : settled - messages;
      });
    },
    async expire() {
      const past = new Date(Date.now() - 1000);
      for (const name of ['events', 'failures'])
        await db.collection(name).updateMany({ expireAt: { $exists: true } }, { $set: { expireAt: past } });
      for await (const keys of redis.scanStream({ count: 1000 }) as AsyncIterable<string[]>) {
        const pipeline = redis.pipeline();
        // `XX`: a key that never expires stays.
        for (const key of keys) pipeline.pexpire(key, 1, 'XX');
        await pipeline.exec();
      }
      await until(async () => {
        const { events, keys } = await count();
        return events === 0 && keys === 0 ? true : events + keys;
      });
    },
    async close() {
      redis.disconnect();
      sqs.destroy();
      await mongo.close();
    },
  };
}

async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
  const names = ['', 'NotVisible', 'Delayed'] as const;
  return sum(names.map((name) => Number(Attributes[`ApproximateNumberOfMessages${name}`] ?? 0)));
}

/** Each example in turn: their effects are the same again and do not grow with the number of events. */
const someEvent = (examples: readonly ExampleEvent[], bytes: number) => (_: unknown, index: number) => {
  const { type = '', example } = examples[index % examples.length] ?? {};
  return {
    type,
    id: randomUUID(),
    data: example,
    ...(bytes > 0 && { extensions: { padding: 'x'.repeat(bytes) } }),
  };
};

/** @param look true when done, else a number that changes as long as something goes on @throws Error when nothing does for a minute */
async function until(look: () => Promise<true | number>): Promise<void> {
  let last = Number.NaN;
  let moved = Date.now();
  for (;;) {
    const seen = await look();
    if (seen === true) return;
    if (seen !== last) [last, moved] = [seen, Date.now()];
    if (Date.now() - moved > LONGEST_STANDSTILL_MS) throw new Error(`nothing happens any more; left: ${seen}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
