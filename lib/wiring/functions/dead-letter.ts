import type { QueueFunction } from './declaration.ts';

export const deadLetter = {
  kind: 'queue',
  name: 'dead-letter',
  description: 'Records events that failed',
  needs: ['redis', 'mongodb', 'results', 'LETTER_SENDERS'],
  queues: { consume: ['dead-letters', 'dead-letters.fifo'] },
  timeoutSeconds: 30,
  batchSize: 10,
  concurrency: 5,
} as const satisfies QueueFunction;
