import type { EventFile } from '../lib/core/catalogue.ts';

/** The only import of event files: bundler, test runner and deployment all follow it. */
export const loadEvent = (type: string): Promise<EventFile> => import(`./events/${type}.ts`);
