import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { describeThrown } from '../../../lib/core/thrown.ts';
import { keepFramesOfFetch } from '../../../lib/wiring/fetch-frames.ts';

/** A port of this machine at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

test('a call that fails says where it was made, why, and with which code', async () => {
  const host = { fetch: globalThis.fetch };
  keepFramesOfFetch(host);
  const port = await closedPort();
  const handle = async () => {
    await host.fetch(`http://127.0.0.1:${port}/charges`);
  };
  const described = await handle().catch(describeThrown);
  expect(described).toMatchObject({
    name: 'TypeError',
    code: 'ECONNREFUSED',
    message: `fetch failed: connect ECONNREFUSED 127.0.0.1:${port}`,
    kind: 'error',
  });
  expect(described?.stack.join('\n')).toMatch(/^(async )?handle \(.*fetch-frames\.test\.ts(\?\S*)?:\d+:\d+\)$/m);
});

test('what has frames keeps them, and whatever else is thrown passes as it is', async () => {
  const failing = (thrown: unknown) => {
    const host: { fetch: typeof fetch } = { fetch: () => Promise.reject(thrown) };
    keepFramesOfFetch(host);
    return host.fetch('x').catch((error: unknown) => error);
  };
  const own = new Error('own');
  const { stack } = own;
  expect(await failing(own)).toBe(own);
  expect(own.stack).toBe(stack);
  expect(await failing('a text')).toBe('a text');
});
