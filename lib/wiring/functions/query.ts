import type { HttpFunction } from './declaration.ts';

export const query = {
  kind: 'http',
  name: 'query',
  description: 'Shows events and their outcomes',
  needs: ['EVENT_TYPES', 'redis', 'mongodb', 'results', 'limits'],
  readsOnly: true,
  routes: {
    'GET /events': 'events:read',
    'GET /events/{id}': 'events:read',
  },
} as const satisfies HttpFunction;
