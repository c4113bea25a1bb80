// Starts everything with `npm start`, waits until it says that it is healthy, and ends it; the code says whether all of it worked.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

const server = createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address();
server.close();
await once(server, 'close');

const npm = spawn('npm', ['start', '-s', '--', '--port', String(port)], { stdio: 'inherit' });
const ended = once(npm, 'exit');
const healthy = async () => {
  try {
    return (await (await fetch(`http://127.0.0.1:${port}/health`)).json()).status === 'up';
  } catch {
    return false;
  }
};
let up = false;
while (npm.exitCode === null && !up) {
  up = await healthy();
  if (!up) await wait(100);
}
npm.kill('SIGINT');
const [code] = await ended;
process.exitCode = up && code === 0 ? 0 : 1;
