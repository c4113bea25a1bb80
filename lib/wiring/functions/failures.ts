import type { HttpFunction } from './declaration.ts';

export const failures = {
  kind: 'http',
  name: 'failures',
  description: 'Shows failures',
  needs: ['redis', 'mongodb', 'limits'],
  readsOnly: true,
  routes: {
    'GET /failures': 'failures:read',
    'GET /failures/groups': 'failures:read',
    'GET /failures/{id}': 'failures:read',
  },
} as const satisfies HttpFunction;
