import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { startRedis } from '../../../../local/engines/redis/server.ts';

/** An engine that goes on while the thread of the test is busy, and counts the answers that have left it. */
const { port } = await startRedis({ clusterRules: true });
const answers = new Int32Array(new SharedArrayBuffer(4));
const server = createServer((client) => {
  const upstream = connect(port, '127.0.0.1');
  client.on('data', (bytes) => upstream.write(bytes)).on('close', () => upstream.destroy());
  upstream.on('data', (bytes) =>
    client.write(bytes, () => {
      Atomics.add(answers, 0, 1);
      Atomics.notify(answers, 0);
    }),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
parentPort?.postMessage({ url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, answers });
