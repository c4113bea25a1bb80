import type { ScheduledFunction } from './declaration.ts';

export const countFailures = {
  kind: 'scheduled',
  name: 'count-failures',
  description: 'Counts failures that wait for a person',
  needs: ['EVENT_TYPES', 'mongodb'],
  readsOnly: true,
  everyMinutes: 5,
  timeoutSeconds: 30,
} as const satisfies ScheduledFunction;
