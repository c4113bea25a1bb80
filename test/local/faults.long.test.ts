import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { callerOf } from '../../local/stack/caller.ts';
import { freePort } from '../../local/stack/engines/program.ts';
import { npmStart, runProgram } from '../support/program.ts';
import { copyProject, type ProjectCopy } from '../support/project-copy.ts';
import { startStack } from '../support/stack.ts';

describe('npm start', () => {
  test('a port in use is told in one line', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { printed, ended } = npmStart(['--port', String(port)]);
    expect((await ended)[0]).toBe(1);
    expect(printed.err).toBe(`port ${port} is in use; choose another: npm start -- --port ${port + 1}\n`);
  });

  test('a free port that another program takes meanwhile is left for another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ports = [port, await freePort()];
    const stack = await startStack({ freePort: async () => ports.shift() ?? 0 });
    onTestFinished(() => stack.stop());
    expect(ports).toEqual([]);
    expect((await callerOf(stack).fetch('/health')).status).toBe(200);
  });

  test.each([
    [
      'a malformed MONGODB_URI',
      { MONGODB_URI: 'localhost' },
      /^environment: MONGODB_URI must begin with mongodb:\/\/.+\n$/,
    ],
    ['a malformed REDIS_URL', { REDIS_URL: 'localhost' }, /^environment: REDIS_URL must begin with redis:\/\/.+\n$/],
    [
      'a REDIS_URL where nothing answers',
      { REDIS_URL: 'redis://127.0.0.1:1' },
      /^REDIS_URL names a server that does not answer: .+\n$/,
    ],
  ])('%s is told in one line', async (_, env, line) => {
    const { printed, ended } = npmStart(['--port', '0'], env);
    expect((await ended)[0]).toBe(1);
    expect(printed.err).toMatch(line);
  });

  test('an option that there is not is told in one line', async () => {
    const { printed, ended } = npmStart(['--prot', '3001']);
    expect((await ended)[0]).toBe(1);
    expect(printed.err.trim().split('\n')).toEqual([expect.stringContaining("'--prot'")]);
  });
});

describe('an event file that is wrong is told in one line', () => {
  const definition = (options: string) => `import { defineEvent } from '#sluice';
import { z } from 'zod';
export default defineEvent({
  type: 'stock.seen', summary: 's', data: z.strictObject({}), example: {}, handle: async () => undefined, ${options}
});`;
  let copy: ProjectCopy;
  beforeAll(() => {
    copy = copyProject();
  });
  afterAll(() => copy.remove());

  const commands = [
    ['local/commands/start.ts', '--port', '0'],
    ['local/commands/demo.ts'],
    ['deploy/database.ts', 'setup'],
  ];

  test.each([
    [
      'an unknown option',
      commands,
      definition('queue: { batchsize: 5 }'),
      'functions/events/stock.seen.ts: queue.batchsize is not an option',
    ],
    [
      'a value out of range',
      commands.slice(0, 1),
      definition('queue: { timeout: 51 }'),
      'functions/events/stock.seen.ts: queue.timeout must be 1 to 50',
    ],
    [
      'a file that does not parse',
      commands.slice(0, 1),
      'export default {',
      'functions/events/stock.seen.ts cannot be loaded: ',
    ],
  ])('%s', async (_, asked, text, line) => {
    copy.write('functions/events/stock.seen.ts', text);
    const runs = asked.map((command) =>
      runProgram(command, { STAGE: 'local', MONGODB_URI: 'mongodb://127.0.0.1:1' }, copy.folder),
    );
    for (const { printed, ended } of runs) {
      expect((await ended)[0]).toBe(1);
      expect(linesOf(printed.err)).toEqual([expect.stringContaining(line)]);
    }
  });
});

describe('a command that cannot do its work says so in one line', () => {
  test.each([
    [
      'npm run demo',
      ['local/commands/demo.ts'],
      { REDIS_URL: 'localhost' },
      'environment: REDIS_URL must begin with redis://',
    ],
    [
      'npm run demo',
      ['local/commands/demo.ts'],
      { MONGODB_URI: 'localhost' },
      'environment: MONGODB_URI must begin with mongodb://',
    ],
    ['npm run demo', ['local/commands/demo.ts', '--jsno'], {}, "'--jsno'"],
    [
      'npm run demo',
      ['local/commands/demo.ts'],
      { REDIS_CLUSTER: 'perhaps' },
      'environment: REDIS_CLUSTER Invalid option',
    ],
    [
      'npm run db:setup',
      ['deploy/database.ts', 'setup'],
      { STAGE: 'local', MONGODB_URI: 'localhost' },
      'environment: MONGODB_URI must begin',
    ],
    [
      'npm run db:setup',
      ['deploy/database.ts', 'setup'],
      { STAGE: 'local', MONGODB_URI: '' },
      'environment: MONGODB_URI is missing',
    ],
    ['npm run db:setup', ['deploy/database.ts', 'setup', '--forse'], {}, 'usage: npm run db:setup'],
  ])('%s: %j with %j', async (_, command, env, line) => {
    const { printed, ended } = runProgram(command, env);
    expect((await ended)[0]).toBe(1);
    expect(linesOf(printed.err)).toEqual([expect.stringContaining(line)]);
  });
});

describe('a fault while everything starts', () => {
  test('that nobody foresaw ends the process, and whoever launched it hears which', async () => {
    // Not JSON, which only a fault in the launcher itself could make of it.
    const launching = startStack({ engines: 'embedded', env: { SLUICE_ENVIRONMENT: '{' } });
    await expect(launching).rejects.toThrow(/^SyntaxError: .+JSON/);
  });

  test('that the framework finds ends it too', async () => {
    const copy = copyProject();
    onTestFinished(copy.remove);
    copy.write('functions/events/stock.seen.ts', 'export default {');
    const script = "const { launch } = await import('./local/stack/launch.ts'); await launch({ engines: 'embedded' });";
    const { printed, ended } = runProgram(['--input-type=module', '-e', script], {}, copy.folder);
    expect((await ended)[0]).toBe(1);
    expect(printed.err).toContain('functions/events/stock.seen.ts cannot be loaded');
  });
});

const linesOf = (text: string): string[] => text.trim().split('\n');
