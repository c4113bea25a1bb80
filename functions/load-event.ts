import type { EventDefinition } from '../lib/sdk/definition.ts';

/** The only import of event files: bundler, test runner and deployment all follow it. */
export const loadEvent = (type: string): Promise<{ default: EventDefinition }> => import(`./events/${type}.ts`);
