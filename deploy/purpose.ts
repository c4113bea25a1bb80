import type { Purpose } from './event-folder.ts';
import { isLocal, type Settings } from './settings.ts';

/** What the bundles of a stage are for: stage local is started on this machine, and never deployed. */
export const purposeOf = (stage: Pick<Settings, 'stage'>): Purpose => (isLocal(stage) ? 'start' : 'deployment');
