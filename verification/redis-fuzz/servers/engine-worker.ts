/** The embedded engine in a thread of its own. It says its port, and runs until it is terminated. */
import { parentPort } from 'node:worker_threads';
import { startRedis } from '../../../local/engines/redis/server.ts';

const { port } = await startRedis();
parentPort?.postMessage(port);
