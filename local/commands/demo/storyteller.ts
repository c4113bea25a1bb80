import { isSettled } from '../../../client/client.ts';
import type { CatalogueEntry } from '../../../lib/core/catalogue.ts';
import type { Observed } from './drive.ts';
import type { Example, StoryEvents } from './example.ts';
import { freshData } from './fresh-data.ts';
import { awaited, type Planned, valid } from './plan.ts';
import { type Seen, type Sender, send } from './send.ts';

/** What the story is told with, and what was sent to find it. */
export interface Storyteller {
  /** Undefined where no type can be sent twice. */
  events: StoryEvents | undefined;
  seen: Seen[];
  notes: string[];
}

/**
 * Chooses the events of the story: those of an example, or of the first type whose own example can be sent again, with other ids in it,
 * and succeeds. A unique index may be against that, or a handler that asks for something which is not there.
 * @param outcomes of the examples
 */
export async function findStoryteller(
  examples: readonly Example[],
  entries: readonly CatalogueEntry[],
  { seen, outcomes }: Observed,
  sender: Sender,
): Promise<Storyteller> {
  const [told] = examples.flatMap(({ story }) => (story ? [story] : []));
  if (told) return { events: told, seen: [], notes: [] };
  const succeeded = new Set(
    seen.flatMap(({ planned: { event } }) => (outcomes.get(event.id)?.status === 'succeeded' ? [event.type] : [])),
  );
  const found: Storyteller = { events: undefined, seen: [], notes: [] };
  const candidates = entries.filter(({ definition }) => succeeded.has(definition.type)).toSorted(byObstacles);
  for (const { definition } of candidates) {
    const fresh = (): Planned => valid({ type: definition.type, data: freshData(definition) });
    const probe: Planned = { ...fresh(), expect: { answer: 'accepted', outcome: 'any' } };
    const [answer] = await send(awaited(probe), sender);
    if (!answer) continue;
    found.seen.push(answer);
    if (answer.status === 'succeeded') return { ...found, events: { fresh } };
    const became = answer.status && isSettled({ status: answer.status }) ? answer.status : 'not settled at once';
    found.notes.push(`${definition.type} is not what the story is told with: its example sent again was ${became}`);
  }
  return found;
}

/** What has neither an order nor a unique index first: nothing is in its way. */
const byObstacles = (one: CatalogueEntry, other: CatalogueEntry): number => obstacles(one) - obstacles(other);
const obstacles = ({ definition, ordered }: CatalogueEntry): number =>
  Number(ordered) + 2 * Object.values(definition.collections).filter(({ unique = [] }) => unique.length > 0).length;
