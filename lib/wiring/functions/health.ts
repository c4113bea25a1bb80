import type { HttpFunction } from './declaration.ts';

export const health = {
  kind: 'http',
  name: 'health',
  description: 'Says which dependencies are up',
  needs: ['sqs', 'redis', 'mongodb'],
  readsOnly: true,
  queues: { ping: ['dead-letters'] },
  routes: { 'GET /health': 'anyone' },
} as const satisfies HttpFunction;
