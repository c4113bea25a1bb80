import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { expect, onTestFinished, test } from 'vitest';
import { connectRedis } from '../../../../lib/adapters/redis/client.ts';
import { forgetDerived } from '../../../../lib/adapters/redis/forget-derived.ts';
import { keysIn } from '../../../../lib/adapters/redis/keys.ts';
import { localCredentials } from '../../../../local/engines/sqs/local-credentials.ts';
import { startHere } from '../../../../local/stack/engines/embedded/here.ts';
import { type KeptEngines, SAVING_ORDER, saveState } from '../../../../local/stack/state/save-state.ts';
import { StateFolder } from '../../../../local/stack/state/state-folder.ts';
import { localKeys, localSpace } from '../../../support/local-space.ts';
import { silentLog } from '../../../support/log.ts';

const keys = localKeys;

/** Three engines of this process, and events that go through them as consumers take them. */
async function engines() {
  const [mongo, redis, sqs] = await Promise.all([
    startHere('mongo', ''),
    startHere('redis', ''),
    startHere('sqs', 'us-east-1'),
  ]);
  const [client, keyValue] = [new MongoClient(mongo.address), new Redis(redis.address)];
  const queues = new SQSClient({ endpoint: sqs.address, region: 'us-east-1', credentials: localCredentials });
  const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: 'work' }));
  onTestFinished(async () => {
    queues.destroy();
    keyValue.disconnect();
    await client.close();
    await Promise.all([mongo.stop(), redis.stop(), sqs.stop()]);
  });
  const effects = client.db('a').collection<{ _id: string }>('effects');
  return {
    kept: { mongo, redis, sqs } satisfies KeptEngines,
    send: (id: string) => queues.send(new SendMessageCommand({ QueueUrl, MessageBody: id })),
    /** Receives a message, has its effect, says so in Redis, deletes it. */
    async settleOne() {
      const { Messages: [message] = [] } = await queues.send(new ReceiveMessageCommand({ QueueUrl }));
      if (message?.Body === undefined) throw new Error('no message is left');
      await effects.insertOne({ _id: message.Body });
      await keyValue.set(`{${message.Body}}:outcome`, 'succeeded');
      await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    },
    async seen() {
      const { Messages: waiting = [] } = await queues.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      return { waiting: waiting.map(({ Body = '' }) => Body), effects: await effects.distinct('_id') };
    },
  };
}

async function newFolder() {
  const path = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  onTestFinished(() => rm(path, { recursive: true }));
  const folder = new StateFolder(join(path, '.sluice'));
  await folder.lock();
  return folder;
}

class Killed extends Error {}

const EVENTS = Array.from({ length: 9 }, (_, index) => `event-${index}`);
const POINTS = SAVING_ORDER.flatMap((name) => [`before ${name}`, `in the middle of ${name}`, `after ${name}`]);

test.each([...POINTS, 'never'])('killed %s: whatever is not in its queue has had its effect', async (killedAt) => {
  const folder = await newFolder();
  const before = await engines();
  for (const id of EVENTS) await before.send(id);
  await before.settleOne();
  const saved = await saveState(folder, before.kept, undefined, false);
  await before.settleOne();

  const at = async (point: string) => {
    if (point === killedAt) throw new Killed();
    // The stack goes on while it is saved.
    if (!point.startsWith('in the middle')) await before.settleOne();
  };
  const interrupted = Object.fromEntries(
    SAVING_ORDER.map((name) => [
      name,
      {
        ...before.kept[name],
        async save(file: string) {
          await at(`before ${name}`);
          await writeFile(file, 'half of it').then(() => at(`in the middle of ${name}`));
          await before.kept[name].save(file);
          await at(`after ${name}`);
        },
      },
    ]),
  );
  const saving = saveState(folder, interrupted, saved, false);
  if (killedAt === 'never') await saving;
  else await expect(saving).rejects.toThrow(Killed);

  const manifest = await folder.read();
  if (manifest === undefined || manifest === 'unknown') throw new Error('nothing is kept');
  expect(manifest.generation).toBe(killedAt === 'never' ? 2 : 1);
  const after = await engines();
  for (const name of SAVING_ORDER) await after.kept[name].restore(folder.fileOf(manifest.files[name] ?? ''));
  const { waiting, effects } = await after.seen();
  expect([...new Set([...waiting, ...effects])].toSorted()).toEqual(EVENTS);
  expect(effects.length).toBeGreaterThan(0);
});

test('what others can make anew leaves Redis, what voids start marks and is not this stage’s stays', async () => {
  const engine = await startHere('redis', '');
  const redis = new Redis(engine.address);
  const config = { url: engine.address, cluster: false, space: localSpace, timeoutMs: 20_000 };
  const connection = connectRedis(config, silentLog);
  onTestFinished(async () => {
    redis.disconnect();
    await connection.close();
    await engine.stop();
  });
  const derived = [
    keys.claimKey('e'),
    keys.outcomeKey('e'),
    keys.settledKey('e'),
    keys.waitKey('e'),
    keys.rateKey('local', 'key-events.k'),
    keys.tenantSlotsKey('local'),
    keys.keySlotsKey('local', 'k'),
    keys.allSlotsKey,
    keys.generationsKey('local', 'p.q'),
    keys.guardKey('local', 'p.q', '0', 'e'),
    keys.projectionKey('local', 'p.q', '0', 'any key'),
  ];
  const others = [
    keys.voidMarkKey('e', 'run'),
    'mine',
    '{a}:mine',
    keysIn('sluice:other').claimKey('e'),
    keysIn('sluice:other').allSlotsKey,
  ];
  for (const key of [...derived, ...others]) await redis.set(key, '1');
  await forgetDerived(connection, config);
  expect((await redis.keys('*')).toSorted()).toEqual(others.toSorted());
});
