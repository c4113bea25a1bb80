import type { AuthorizerFunction } from './declaration.ts';

export const authorizer = {
  kind: 'authorizer',
  name: 'authorizer',
  description: 'Says who calls, by the key that comes with a request',
  needs: ['redis', 'mongodb'],
  timeoutSeconds: 10,
} as const satisfies AuthorizerFunction;
