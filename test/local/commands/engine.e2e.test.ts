import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { localCredentials } from '../../../local/engines/sqs/server.ts';
import { runProgram } from '../../support/program.ts';

const engine = (...args: string[]) => runProgram(['local/commands/engine.ts', ...args]);

/** Starts one on a free port. @returns the address that its line names */
async function start(name: string, ...options: string[]) {
  const run = engine(name, '--port', '0', ...options);
  await vi.waitFor(() => expect(run.printed.out).toContain('\n'), { timeout: 15_000 });
  const [address = ''] = /\w+:\/\/127\.0\.0\.1:\d+\S*/.exec(run.printed.out) ?? [];
  return { ...run, address };
}

const talk: Record<string, (address: string) => Promise<void>> = {
  async mongo(address) {
    const client = new MongoClient(address);
    onTestFinished(() => client.close());
    const jobs = client.db('own').collection('jobs');
    await client.withSession((session) => session.withTransaction(() => jobs.insertOne({ part: 'lamp' }, { session })));
    expect(await jobs.countDocuments({ part: 'lamp' })).toBe(1);
  },
  async redis(address) {
    const client = new Redis(address, { retryStrategy: () => null });
    onTestFinished(() => client.disconnect());
    await client.set('a', '1');
    expect(await client.incr('a')).toBe(2);
  },
  async sqs(endpoint) {
    const client = new SQSClient({ endpoint, region: 'eu-central-1', credentials: localCredentials });
    onTestFinished(() => client.destroy());
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'jobs' }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.map(({ Body }) => Body)).toEqual(['a']);
    // Nobody answers this one any more; the engine must not wait for it.
    client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })).catch(() => {});
  },
};

describe('npm run engine', () => {
  for (const [name, use] of Object.entries(talk))
    test(`${name}: one line says what it is; a driver talks to it; Ctrl-C ends it at once`, async () => {
      const { child, printed, ended, address } = await start(name);
      expect(printed.out).toMatch(/^.+ in memory, nothing kept; not for production; .+docs\/local\.md.+\n$/);
      await use(address);
      const before = performance.now();
      child.kill('SIGINT');
      expect((await ended)[0]).toBe(0);
      expect(performance.now() - before).toBeLessThan(5000);
      expect(printed.err).toBe('');
    }, 30_000);

  test('mongo with --test-commands has fail points, as drivers ask for in their own suites', async () => {
    const { address } = await start('mongo', '--test-commands');
    const client = new MongoClient(address);
    onTestFinished(() => client.close());
    const admin = client.db('admin');
    const fault = { failCommands: ['ping'], errorCode: 91 };
    await admin.command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data: fault });
    await expect(admin.command({ ping: 1 })).rejects.toMatchObject({ code: 91 });
    await expect(admin.command({ ping: 1 })).resolves.toMatchObject({ ok: 1 });
  }, 30_000);

  test.each([
    ['no engine', [], /^usage: npm run engine mongo\|redis\|sqs \[-- --port N\] \[--test-commands\]\n$/],
    ['fail points of another engine', ['redis', '--test-commands'], /^usage: .+\n$/],
    ['an engine that there is not', ['mysql'], /^usage: .+\n$/],
    ['an option that there is not', ['redis', '--prot', '1'], /^Unknown option '--prot'.*\nusage: .+\n$/],
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
    await vi.waitFor(() => expect(printed.out + printed.err).toContain('\n'), { timeout: 15_000 });
    expect(printed.out + printed.err).toContain(String(port));
  });
});
