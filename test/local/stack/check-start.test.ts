import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { checkStart } from '../../../local/stack/check-start.ts';

test('a machine on which all is well has nothing to be told', async () => {
  expect(await checkStart(0, {})).toBeUndefined();
});

test('a port in use is told, with a free one', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await checkStart(port, {})).toBe(`port ${port} is in use; choose another: npm start -- --port ${port + 1}`);
});

test.each([
  ['MONGODB_URI', 'localhost', 'must begin with mongodb://'],
  ['REDIS_URL', 'localhost', 'must begin with redis://'],
  ['SQS_ENDPOINT', 'localhost', 'Invalid URL'],
  ['SLUICE_ENGINES', 'embeded', 'must be embedded or found, and is "embeded"'],
  ['SLUICE_STATE', 'no', 'must be none or fresh or kept, and is "no"'],
  ['SLUICE_HOSTS', 'box.lan, http://box', 'has "http://box", which is no name'],
])('a malformed %s is told before anything starts', async (name, value, fault) => {
  expect(await checkStart(0, { [name]: value })).toContain(`environment: ${name} ${fault}`);
});

test('a folder for temporary files that cannot be written is told', async () => {
  const before = process.env.TMPDIR;
  process.env.TMPDIR = '/nowhere';
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  expect(await checkStart(0, {})).toBe(
    'the temporary folder /nowhere cannot be written (ENOENT); set TMPDIR to one that can',
  );
});
