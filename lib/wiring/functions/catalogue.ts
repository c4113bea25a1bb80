import type { HttpFunction } from './declaration.ts';

export const catalogue = {
  kind: 'http',
  name: 'catalogue',
  description: 'Shows event types and API documents',
  needs: ['STAGE', 'EVENT_TYPES', 'QUEUE_URL_PREFIX', 'redis', 'limits'],
  routes: {
    'GET /event-types': 'any key',
    'GET /openapi.json': 'any key',
    'GET /asyncapi.json': 'any key',
  },
} as const satisfies HttpFunction;
