import type { ConsumerFunction } from './declaration.ts';

export const consume = {
  kind: 'consumer',
  name: 'consume',
  description: 'Processes events of one type',
  needs: ['EVENT_TYPE', 'sqs', 'redis', 'mongodb', 'results', 'secrets', 'RETENTION_DAYS'],
  queues: { consume: ['own'], putOff: ['own'], deadLetter: ['own-dead-letters'] },
} as const satisfies ConsumerFunction;
