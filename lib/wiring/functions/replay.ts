import type { HttpFunction } from './declaration.ts';

export const replay = {
  kind: 'http',
  name: 'replay',
  description: 'Replays and discards failures',
  needs: ['EVENT_TYPES', 'sqs', 'redis', 'mongodb', 'results', 'limits', 'RETENTION_DAYS'],
  queues: { publish: ['events', 'replays'] },
  routes: {
    'POST /failures/{id}/replay': 'failures:write',
    'POST /failures/{id}/discard': 'failures:write',
    'POST /replays': 'failures:write',
    'GET /replays': 'failures:read',
    'GET /replays/{id}': 'failures:read',
    'DELETE /replays/{id}': 'failures:write',
  },
} as const satisfies HttpFunction;
