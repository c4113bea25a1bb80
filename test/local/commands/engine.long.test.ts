import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { MongoClient } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { localCredentials } from '../../../local/engines/sqs/local-credentials.ts';
import { eventually } from '../../support/eventually.ts';
import { endsInPeace, engine, startEngine } from './start-engine.ts';

/** What a driver does with each. @returns where something is to be seen after the engine's end, what looks for it */
const talk: Record<string, (address: string) => Promise<(() => Promise<void>) | undefined>> = {
  async mongo(address) {
    const client = new MongoClient(address);
    onTestFinished(() => client.close());
    const jobs = client.db('own').collection('jobs');
    await client.withSession((session) => session.withTransaction(() => jobs.insertOne({ part: 'lamp' }, { session })));
    expect(await jobs.countDocuments({ part: 'lamp' })).toBe(1);
    return undefined;
  },
  async sqs(endpoint) {
    const client = new SQSClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
    onTestFinished(() => client.destroy());
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'jobs' }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['a']);
    // An engine that waited for this one would answer it.
    const unanswered = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    const failed = unanswered.then(
      () => false,
      () => true,
    );
    return async () => expect(await failed).toBe(true);
  },
};

describe('npm run engine', () => {
  for (const [name, use] of Object.entries(talk))
    test(`${name}: one line says what it is; a driver talks to it; Ctrl-C ends it at once`, async () => {
      const run = await startEngine(name);
      const look = await use(run.address);
      await endsInPeace(run);
      await look?.();
    });

  test('mongo with --test-commands has fail points, as drivers ask for in their own suites', async () => {
    const { address } = await startEngine('mongo', '--test-commands');
    const client = new MongoClient(address);
    onTestFinished(() => client.close());
    const admin = client.db('admin');
    const fault = { failCommands: ['ping'], errorCode: 91 };
    await admin.command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data: fault });
    await expect(admin.command({ ping: 1 })).rejects.toMatchObject({ code: 91 });
    await expect(admin.command({ ping: 1 })).resolves.toMatchObject({ ok: 1 });
  });

  test.each([
    ['fail points of another engine', ['redis', '--test-commands'], /^--test-commands are of mongo; .+ --help .+\n$/],
    ['an engine that there is not', ['mysql'], /^which engine\? one of mongo, redis, sqs; .+ --help .+\n$/],
    ['an option that there is not', ['redis', '--prot', '1'], /^Unknown option '--prot'; .+ --help .+\n$/],
    ['a port that is none', ['redis', '--port', 'x'], /^--port must be 0 to 65535\n$/],
  ])('%s: a line that says what there is', async (_, args, line) => {
    const { printed, ended } = engine(...args);
    expect((await ended)[0]).toBe(1);
    expect(printed.err).toMatch(line);
  });

  test('a port in use is told in one line', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { printed, ended } = engine('sqs', '--port', String(port));
    expect((await ended)[0]).toBe(1);
    expect(printed.err).toBe(`port ${port} is in use; choose another: npm run engine sqs -- --port ${port + 1}\n`);
  });

  test.each([
    ['mongo', 27_017],
    ['redis', 6379],
    ['sqs', 9324],
  ])('%s without a port takes %i, or says that it is in use', async (name, port) => {
    const { printed } = engine(name);
    await eventually(() => expect(printed.out + printed.err).toContain('\n'));
    expect(printed.out + printed.err).toContain(String(port));
  });
});
