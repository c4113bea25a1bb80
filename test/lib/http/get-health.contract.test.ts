import { createServer, type Server } from 'node:net';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { setupDatabase } from '../../../lib/adapters/mongo/set-up.ts';
import { readConfig } from '../../../lib/core/config.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { health } from '../../../lib/wiring/functions/health.ts';
import { connectHealth } from '../../../lib/wiring/health.ts';
import { connectMongo } from '../../../lib/wiring/mongo.ts';
import { call } from '../../support/api-gateway.ts';
import { type TestEngines, testEngines } from '../../support/engines.ts';
import { patientBudgets } from '../../support/patient-budgets.ts';
import { served } from '../../support/served.ts';

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

describe('health of real dependencies', () => {
  let engines: TestEngines;
  let environment: Record<string, string>;
  /** Accepts connections and never says a word. */
  let silent: Server;
  let silentPort: number;
  beforeAll(async () => {
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    engines = await testEngines();
    const sqs = new SQSClient({ endpoint: engines.sqsEndpoint });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'sluice-test-dead-letters' }));
    sqs.destroy();
    environment = {
      SERVICE: `health${process.pid}`,
      STAGE: 'local',
      QUEUE_URL_PREFIX: (QueueUrl ?? '').slice(0, -'dead-letters'.length),
      SQS_ENDPOINT: engines.sqsEndpoint,
      MONGODB_URI: engines.mongoUri,
      REDIS_URL: engines.redisUrl,
      ...patientBudgets,
    };
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    silentPort = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    silent.close();
    const mongo = connectMongo(readConfig(['mongodb'], environment));
    await mongo.db.dropDatabase();
    await mongo.close();
    await engines.stop();
  });
  const check = (over: Record<string, string> = {}) =>
    call(served(connectHealth(readConfig(health.needs, { ...environment, ...over }), quiet).handlers), {
      method: 'GET',
      path: '/health',
    });

  it('entry 32: says that a database that answers was never set up, and that it is up once it is', async () => {
    const { status, body } = await check();
    expect(status).toBe(503);
    expect(body).toMatchObject({ dependencies: { mongodb: 'down' }, reasons: { mongodb: 'setup-missing' } });
    const mongo = connectMongo(readConfig(['mongodb'], environment));
    onTestFinished(() => mongo.close());
    await setupDatabase(mongo.db, {});
  });

  it('is up when all answer', async () => {
    expect(await check()).toMatchObject({
      status: 200,
      body: { status: 'up', dependencies: { mongodb: 'up', redis: 'up', sqs: 'up' } },
    });
  });

  const broken = [
    [
      'mongodb',
      'MONGODB_TIMEOUT_MS',
      (port: number) => ({ MONGODB_URI: `mongodb://127.0.0.1:${port}/?directConnection=true` }),
    ],
    ['redis', 'REDIS_TIMEOUT_MS', (port: number) => ({ REDIS_URL: `redis://127.0.0.1:${port}` })],
    ['sqs', 'SQS_TIMEOUT_MS', (port: number) => ({ SQS_ENDPOINT: `http://127.0.0.1:${port}` })],
  ] as const;
  it.each(broken)(
    'says within its budget that %s alone is down, whether it refuses or is silent',
    async (name, budget, at) => {
      for (const port of [1, silentPort]) {
        const { status, body } = await check({ ...at(port), [budget]: '400' });
        expect(status).toBe(503);
        const down = Object.entries(Object(body.dependencies)).filter(([, word]) => word === 'down');
        expect(down).toEqual([[name, 'down']]);
        expect(JSON.stringify(body)).not.toContain('127.0.0.1');
      }
    },
  );

  it('says that SQS is down when the queue is not there', async () => {
    const { body } = await check({ QUEUE_URL_PREFIX: `${environment.QUEUE_URL_PREFIX}other-` });
    expect(body).toMatchObject({ dependencies: { sqs: 'down' } });
  });
});
