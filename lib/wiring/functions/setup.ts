import type { DeploymentFunction } from './declaration.ts';

export const setup = {
  kind: 'deployment',
  name: 'setup',
  description: 'Sets the database up',
  needs: ['EVENT_TYPES', 'mongodb'],
  setsUp: true,
  timeoutSeconds: 900,
} as const satisfies DeploymentFunction;
