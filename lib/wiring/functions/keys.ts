import type { HttpFunction } from './declaration.ts';

export const keys = {
  kind: 'http',
  name: 'keys',
  description: 'Says who may ask for what, and shows what was done',
  needs: ['redis', 'mongodb', 'limits', 'AUTHORIZER_CACHE_SECONDS'],
  routes: {
    'POST /keys': 'keys:write',
    'GET /keys': 'keys:write',
    'POST /keys/{id}/rotate': 'keys:write',
    'DELETE /keys/{id}': 'keys:write',
    'GET /whoami': 'any key',
    'GET /tenants/{tenant}': 'operator',
    'PUT /tenants/{tenant}': 'operator',
    'GET /audit': 'keys:write',
  },
} as const satisfies HttpFunction;
