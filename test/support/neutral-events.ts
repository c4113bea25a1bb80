import { type EventFolder, eventFolder } from '../../deploy/event-folder.ts';

/** The event types that tests run on, whatever the domain is; for SLUICE_EVENTS. */
export const neutralEvents = 'test/support/events';

/** Where their timelines lie, apart: among event files nothing else may. */
export const neutralTimelines = 'test/support/timelines';

/** Where they lie. */
export const neutralFolder = (): EventFolder => eventFolder(undefined, { SLUICE_EVENTS: neutralEvents });
