import type { QueueFunction } from './declaration.ts';

export const bulkReplay = {
  kind: 'queue',
  name: 'bulk-replay',
  description: 'Replays many failures',
  needs: ['EVENT_TYPES', 'sqs', 'redis', 'mongodb', 'results', 'RETENTION_DAYS'],
  queues: { consume: ['replays'], putOff: ['replays'], publish: ['events'] },
  timeoutSeconds: 60,
  batchSize: 1,
  concurrency: 2,
} as const satisfies QueueFunction;
