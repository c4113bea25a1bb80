import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ConfigError } from '../../../../lib/core/errors.ts';
import { startRedis } from '../../../../local/engines/redis/server.ts';
import { localCredentials } from '../../../../local/engines/sqs/local-credentials.ts';
import { startSqs } from '../../../../local/engines/sqs/server.ts';
import { EngineError } from '../../../../local/stack/engines/engine-error.ts';
import { chooseEngines, type EngineOptions } from '../../../../local/stack/engines/engines.ts';
import { namedSqs } from '../../../../local/stack/engines/sqs.ts';

afterEach(() => vi.unstubAllEnvs());

const REDIS = new URL('../../../../local/engines/redis/server.ts', import.meta.url).href;
const SERVES = `import(${JSON.stringify(REDIS)}).then(({ startRedis }) => startRedis({ port: Number(process.argv[3]) }));`;

async function choose(options: Partial<EngineOptions>) {
  const engines = await chooseEngines({ mode: 'found', env: {}, ...options });
  onTestFinished(engines.stop);
  return engines;
}

/** A folder with one program in it as the only one on the search path; by default it says that it is this version, and serves. */
async function programOnPath(name: string, version: string, serve = SERVES) {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, name);
  await writeFile(
    file,
    `#!${process.execPath}
if (process.argv[2] === '--version') console.log(${JSON.stringify(version)});
else ${serve}`,
  );
  await chmod(file, 0o755);
  vi.stubEnv('PATH', folder);
  vi.stubEnv('HOME', folder);
  return file;
}

/** Answers every command with INFO's text. */
async function redisSaying(info: string) {
  const server = createServer((socket) =>
    socket.on('data', (chunk) => {
      const commands = chunk.toString().match(/^\*\d+\r$/gm)?.length ?? 0;
      socket.write(`$${info.length}\r\n${info}\r\n`.repeat(commands));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `redis://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

test('nothing named and nothing found: all three are embedded', async () => {
  vi.stubEnv('PATH', '/nowhere');
  vi.stubEnv('HOME', '/nowhere');
  const { mongo, redis, sqs } = await choose({});
  expect([mongo.name, redis.name, sqs.name]).toEqual(['embedded', 'embedded', 'embedded']);
});

test('tests on embedded engines take no notice of what is named', async () => {
  const { redis } = await choose({ mode: 'embedded', env: { REDIS_URL: 'redis://127.0.0.1:1' } });
  expect(redis.name).toBe('embedded');
});

describe('a server program of this machine', () => {
  test('is started, and ended again', async () => {
    await programOnPath('redis-server', 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64');
    const engines = await choose({});
    expect(engines.redis.name).toBe('redis 7.0.15 (found)');
    const redis = new Redis(engines.redis.url);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
    await engines.stop();
    const gone = new Redis(engines.redis.url, { lazyConnect: true, retryStrategy: () => null });
    gone.on('error', () => {});
    await expect(gone.connect()).rejects.toThrow();
  });

  test.each([
    ['redis-server', 'Redis server v=6.2.6 sha=0', 'redis 6.2.6'],
    ['valkey-server', 'Valkey server v=7.1.0 sha=0', 'valkey 7.1.0'],
    ['mongod', 'db version v7.0.5', 'MongoDB 7.0.5'],
  ])('%s that is too old is passed over with a line', async (name, version, said) => {
    const file = await programOnPath(name, version);
    const lines: string[] = [];
    const { mongo, redis } = await choose({ log: (line) => lines.push(line) });
    expect([mongo.name, redis.name]).toEqual(['embedded', 'embedded']);
    expect(lines).toEqual([`${file} is ${said}: too old, passed over`]);
  });
});

describe('a server program that does not serve is passed over with a line', () => {
  test.each([
    ['dies at once', `{ console.error('no CPU for this'); process.exit(62); }`, '(no CPU for this)', 60_000],
    ['dies without a word', 'process.exit(62);', '(it ended with 62)', 60_000],
    ['listens nowhere', 'setInterval(() => {}, 1000);', '(no answer within 0.3 s)', 300],
  ])('because it %s', async (_, serve, reason, readyMs) => {
    const file = await programOnPath('mongod', 'db version v8.0.4', serve);
    const lines: string[] = [];
    const { mongo } = await choose({ log: (line) => lines.push(line), readyMs });
    expect(mongo.name).toBe('embedded');
    expect(lines).toEqual([`${file} did not start ${reason}: passed over`]);
  });

  test('because it cannot be run at all', async () => {
    const file = await programOnPath('redis-server', '');
    await writeFile(file, '#!/bin/sh\necho "libssl.so.1.1: no such file" >&2; exit 127');
    const lines: string[] = [];
    const { redis } = await choose({ log: (line) => lines.push(line) });
    expect(redis.name).toBe('embedded');
    expect(lines).toEqual([`${file} does not run (libssl.so.1.1: no such file): passed over`]);
  });
});

describe('a server that is named', () => {
  test('is used, and left as it is', async () => {
    const running = await startRedis();
    onTestFinished(running.stop);
    const engines = await choose({ env: { REDIS_URL: running.url } });
    expect(engines.redis.url).toBe(running.url);
    expect(engines.redis.name).toContain('named by REDIS_URL');
    await engines.stop();
    const redis = new Redis(running.url);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  });

  test('Redis that is too old ends the start with one line', async () => {
    const url = await redisSaying('redis_version:6.2.14\r\nloading:0\r\n');
    await expect(choose({ env: { REDIS_URL: url } })).rejects.toThrow(
      new EngineError('REDIS_URL names redis 6.2.14; Sluice needs Redis 7.0 or Valkey 7.2, or newer'),
    );
  });

  test.each([
    ['REDIS_URL', 'redis://127.0.0.1:1'],
    ['MONGODB_URI', 'mongodb://127.0.0.1:1'],
    ['SQS_ENDPOINT', 'http://127.0.0.1:1'],
  ])('%s where nothing answers ends the start with one line', async (name, address) => {
    const queues = [{ name: 'q', attributes: {} }];
    const chosen = chooseEngines({ mode: 'found', env: { [name]: address, PATH: '' }, queues });
    await expect(chosen).rejects.toBeInstanceOf(EngineError);
    await expect(chosen).rejects.toThrow(new RegExp(`^${name} names [^\\n]+$`));
  });

  test('entry 39: a named SQS whose queues have other attributes gets those that are declared, and keeps its messages', async () => {
    const sqs = await startSqs({ queues: [] });
    const client = new SQSClient({ endpoint: sqs.endpoint, region: 'us-east-1', credentials: localCredentials });
    onTestFinished(async () => {
      client.destroy();
      await sqs.stop();
    });
    const declared = (timeout: number, receives: number) => [
      { name: 'letters.fifo', attributes: { FifoQueue: 'true', MessageRetentionPeriod: '1209600' } },
      {
        name: 'work.fifo',
        attributes: {
          FifoQueue: 'true',
          VisibilityTimeout: String(timeout),
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:letters.fifo',
            maxReceiveCount: receives,
          }),
        },
      },
    ];
    const start = (queues: ReturnType<typeof declared>) =>
      namedSqs(sqs.endpoint, 'us-east-1', queues).then((engine) => engine.stop());
    await start(declared(60, 5));
    const QueueUrl = `${sqs.endpoint}/000000000000/work.fifo`;
    const message = { MessageBody: 'waits', MessageGroupId: 'g', MessageDeduplicationId: 'd' };
    await client.send(new SendMessageCommand({ QueueUrl, ...message }));
    await start(declared(240, 1000));
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(Attributes).toMatchObject({ VisibilityTimeout: '240', ApproximateNumberOfMessages: '1', FifoQueue: 'true' });
    expect(JSON.parse(Attributes?.RedrivePolicy ?? '')).toMatchObject({ maxReceiveCount: 1000 });
    await expect(start(declared(-1, 1))).rejects.toThrow(/^SQS_ENDPOINT names an SQS that cannot be used: [^\n]+$/);
  });

  test('one that takes the connection and says nothing ends the start too', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void silent.close());
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const queues = [{ name: 'q', attributes: {} }];
    const chosen = [
      ['REDIS_URL', `redis://127.0.0.1:${port}`],
      ['MONGODB_URI', `mongodb://127.0.0.1:${port}`],
      ['SQS_ENDPOINT', `http://127.0.0.1:${port}`],
    ].map(async ([name = '', address]) =>
      expect(chooseEngines({ mode: 'found', env: { [name]: address, PATH: '' }, queues })).rejects.toThrow(
        new RegExp(`^${name} names [^\\n]+$`),
      ),
    );
    await Promise.all(chosen);
  });

  test('an address that is malformed is told before anything is started', async () => {
    await expect(choose({ env: { MONGODB_URI: 'localhost' } })).rejects.toBeInstanceOf(ConfigError);
  });
});
