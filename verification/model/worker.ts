import { parentPort } from 'node:worker_threads';
import { type Setup, search } from './rows/row.ts';
import type { Answer } from './search-rows.ts';

/** A thread of `npm run model`: searches what it is sent, one after another. */
parentPort?.on('message', (setup: Setup) => {
  const before = process.threadCpuUsage();
  const found = search(setup);
  const { user, system } = process.threadCpuUsage(before);
  const answer: Answer = { found, seconds: (user + system) / 1_000_000 };
  parentPort?.postMessage(answer);
});
