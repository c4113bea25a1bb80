import { expect, test } from 'vitest';
import { eventFolder } from '../../deploy/event-folder.ts';
import { loadEventFolder } from '../../deploy/event-types.ts';
import { openPlaceholders } from '../../local/commands/timelines/placeholders.ts';
import { stepOf, timelineFolder, timelinesIn } from '../../local/commands/timelines/timeline.ts';
import { neutralFolder, neutralTimelines } from '../support/neutral-events.ts';

const shipped = eventFolder(undefined, {});
const all = [
  { events: shipped, folder: timelineFolder(shipped) },
  { events: neutralFolder(), folder: neutralTimelines },
];

test.each(all)(
  'every event type in $events.name has a timeline in $folder, and none is of another',
  async ({ events, folder }) => {
    const { types } = await loadEventFolder(events);
    expect(timelinesIn(folder).map(({ type }) => type)).toEqual(types);
  },
);

test.each(all)(
  'what the timelines in $folder send is valid where it is taken, and their projections are declared',
  async ({ events, folder }) => {
    const catalogue = await loadEventFolder(events);
    for (const { type, steps, projections } of timelinesIn(folder)) {
      const { filled } = openPlaceholders([]);
      for (const step of steps) {
        const { data, type: of = type } = stepOf(filled(step));
        const valid = catalogue.get(of)?.definition.data.safeParse(data).success;
        expect([type, step.what, valid]).toEqual([type, step.what, !('refused' in step.seen)]);
      }
      for (const name of Object.keys(projections)) expect(catalogue.projections, type).toHaveProperty([name]);
    }
  },
);
