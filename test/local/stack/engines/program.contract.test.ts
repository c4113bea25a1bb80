import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startProgram } from '../../../../local/stack/engines/program.ts';
import { startReaper } from '../../../../local/stack/reaper.ts';

/** Says hello to whoever connects. */
const SERVES = "require('node:net').createServer((socket) => socket.end('hello')).listen(Number(process.argv[1]));";

const greeting = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (bytes) => resolve(bytes.toString()));
    socket.on('error', reject);
  });

test('a program that is suspended answers nobody until its time is over', async () => {
  const reaper = startReaper();
  onTestFinished(reaper.stop);
  const { port, suspend, stop } = await startProgram(
    process.execPath,
    (free) => ['-e', SERVES, String(free)],
    async (free) => void (await greeting(free)),
    reaper.watch,
  );
  onTestFinished(stop);
  const started = performance.now();
  const back = suspend?.(600);
  // By then the signal has been delivered.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await greeting(port)).toBe('hello');
  expect(performance.now() - started).toBeGreaterThan(550);
  await back;
});
