import { parentPort } from 'node:worker_threads';
import { startRedis } from '../../../../local/engines/redis/server.ts';

/** An engine that goes on while the thread of the test is busy. */
parentPort?.postMessage((await startRedis({ clusterRules: true })).url);
