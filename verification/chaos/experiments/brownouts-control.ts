import type { Patch } from '../../mutants/mutant.ts';

/** Every budget taken away: what is left is what the drivers do by themselves. */
export const driversOwn: readonly Patch[] = [
  {
    name: 'MongoDB is waited for without an end',
    file: 'lib/adapters/mongo/budget.ts',
    search: 'timer = setTimeout(() => reject(new BudgetError(ms)), Math.max(0, ms));',
    replace: 'void reject;',
  },
  {
    name: "the driver's own times for MongoDB",
    file: 'lib/adapters/mongo/client.ts',
    search:
      'serverSelectionTimeoutMS: config.timeoutMs,\n    connectTimeoutMS: config.timeoutMs,\n    waitQueueTimeoutMS: config.timeoutMs,\n    socketTimeoutMS: config.silenceMs ?? SILENCE_MS,',
    replace: '',
  },
  {
    name: 'Redis is waited for without an end',
    file: 'lib/adapters/redis/time-limit.ts',
    search: 'this.#timer = setTimeout(() => setImmediate(() => this.#end()), Math.max(0, ms));',
    replace: 'void ms;',
  },
  {
    name: "the driver's own times for SQS",
    file: 'lib/adapters/sqs/sqs.ts',
    search:
      'connectionTimeout: Math.min(1000, options.timeoutMs),\n      requestTimeout: options.timeoutMs,\n      throwOnRequestTimeout: true,',
    replace: '',
  },
  {
    name: 'no deadline of publishing',
    file: 'lib/adapters/sqs/end-of-time.ts',
    search: 'setTimeout(() => end.abort(),',
    replace: 'setTimeout(() => {},',
  },
];
