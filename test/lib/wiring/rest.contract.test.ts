import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { afterRest } from '../../../lib/wiring/rest.ts';

/** A connection, as a driver has it: it is told when the other end closes it. */
async function connection(): Promise<{ other: Socket; closed(): boolean }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1').resume();
  const [other]: Socket[] = await once(server, 'connection');
  server.close();
  if (!other) throw new Error('nobody came');
  let closed = false;
  own.on('close', () => {
    closed = true;
  });
  return { other, closed: () => closed };
}

/** A function that was started, and whose time a test tells. */
function functionAt(time: { now: number }) {
  return afterRest(() => time.now);
}

test('what became of connections during a rest is heard before the work begins', async () => {
  const time = { now: 0 };
  const heard = functionAt(time);
  const { other, closed } = await connection();
  time.now += 1000;
  other.destroy();
  expect(closed()).toBe(false);
  expect(await heard(async () => closed())).toBe(true);
});

test('whoever had work a moment ago begins at once, also where it threw', async () => {
  const time = { now: 0 };
  const heard = functionAt(time);
  time.now += 1000;
  await expect(heard(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  time.now += 100;
  let begun = false;
  const done = heard(async () => {
    begun = true;
  });
  expect(begun).toBe(true);
  await done;
});
