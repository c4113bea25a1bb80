import type { HttpFunction } from './declaration.ts';

export const ingest = {
  kind: 'http',
  name: 'ingest',
  description: 'Takes events in',
  needs: ['EVENT_TYPES', 'sqs', 'redis', 'results', 'limits'],
  queues: { publish: ['events'] },
  routes: { 'POST /events': 'events:write' },
  chargesItself: true,
} as const satisfies HttpFunction;
