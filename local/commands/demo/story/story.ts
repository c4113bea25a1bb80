import type { StoryEvents } from '../example.ts';
import { copied } from './copied.ts';
import { killed } from './killed.ts';
import { mended } from './mended.ts';
import { outage } from './outage.ts';
import { notShown, type Played, type Stage } from './stage.ts';

const acts = [
  ['killing a consumer', killed],
  ['delivering messages again', copied],
  ['keeping MongoDB away', outage],
  ['mending a failure', mended],
] as const;

/**
 * What Sluice is for, one thing after the other.
 * @param events what it is told with; absent, it cannot be
 * @param progress hears what happens now
 */
export async function tellStory(
  stage: Omit<Stage, 'events'>,
  events: StoryEvents | undefined,
  progress: (title: string) => void,
): Promise<Played[]> {
  if (!events)
    return [
      notShown('A consumer is killed, and more', 'no event type has an example that can be sent again and succeeds'),
    ];
  const played: Played[] = [];
  for (const [title, act] of acts) {
    progress(title);
    played.push(await act({ ...stage, events }));
  }
  return played;
}
