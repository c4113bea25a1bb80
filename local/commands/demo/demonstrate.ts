import { loadEventFolder, NO_EVENT_TYPES } from '../../../deploy/event-types.ts';
import type { Dependency } from '../../../lib/core/errors.ts';
import { systemClock } from '../../../lib/wiring/clock.ts';
import { type Caller, callerOf } from '../../stack/caller.ts';
import { silentIn } from '../../stack/functions-health.ts';
import type { Launched } from '../../stack/launch.ts';
import { drive } from './drive.ts';
import { effectsBook } from './effects.ts';
import type { Examples } from './examples.ts';
import { journeysOf } from './of-catalogue.ts';
import { type Journey, type Planned, plannedIn } from './plan.ts';
import { queuesAt } from './queues.ts';
import { type Recorded, recordsIn } from './records.ts';
import type { Seen } from './send.ts';
import { watchSilence } from './silence.ts';
import { queueUrlOf, type Stage } from './story/stage.ts';
import { tellStory } from './story/story.ts';
import { findStoryteller } from './storyteller.ts';
import { type Summary, summaryOf } from './summary.ts';

export interface Setting {
  stack: Launched;
  examples: Examples;
  /** Of the Redis that the stack has. */
  cluster: boolean;
  signal: AbortSignal;
  progress(text: string): void;
  /** Seconds so far. */
  elapsed(): number;
}

/** Each type's first event starts a process: few at a time, so that all of them come up on a busy machine too. */
const FIRST_CLIENTS = 2;
const CLIENTS = 16;

/**
 * Sends what there is to send, lets things go wrong, and counts what became of all of it.
 * @throws SluiceNetworkError, DependencyError or what a driver throws when the stack does not answer for good; the signal's reason
 */
export async function demonstrate(setting: Setting): Promise<Summary> {
  const { stack, examples, cluster, signal, elapsed } = setting;
  const { mongoUri, redisUrl: url, service, stage: stageName, database } = stack;
  const catalogue = await loadEventFolder();
  const { projections, entries, types } = catalogue;
  const caller = callerOf(stack);
  const sender = { client: caller.client(), caller, signal };
  const silence = watchSilence(() => silentAt(caller, signal), systemClock);
  const progress = (text: string) => setting.progress(text + silence.now());
  const records = recordsIn(mongoUri, database, signal);
  const queues = queuesAt(stack.sqsEndpoint, signal);
  const target = {
    caller,
    mongoUri,
    database,
    redis: { url, cluster, service, stage: stageName },
    projections,
    log: console,
  };
  const effects = effectsBook(examples.used, target, signal);
  try {
    const before = await effects.read();
    const first = journeysOf(catalogue);
    const journeys = examples.used.flatMap((example) => example.journeys());
    const tell = (all: readonly Journey[]) => (sent: number, settled: number) =>
      progress(`${sent} of ${plannedIn(all).length} events sent, ${settled} settled, ${elapsed()} s`);
    const visited = [
      ...(await drive(first, sender, FIRST_CLIENTS, tell(first))),
      ...(await drive(journeys, sender, CLIENTS, tell(journeys))),
    ];
    await records.settled(
      mustSettle(visited),
      (settled) => progress(`${settled} events settled, ${elapsed()} s`),
      plannedOf(visited.filter(({ answer, planned }) => answer === 'accepted' && isExample(planned))),
    );
    const teller = await findStoryteller(
      examples.used,
      entries,
      { seen: visited, outcomes: await records.of(plannedOf(visited)) },
      sender,
    );
    const stage = { stack, ...sender, catalogue, records, queues, effects };
    const played = await tellStory(stage, teller.events, (title) => progress(`${title}, ${elapsed()} s`));
    const seen = [...visited, ...teller.seen, ...played.flatMap((one) => one.seen)];
    const settling = mustSettle(seen);
    const recorded = await records.of(settling);
    return await summaryOf({
      run: { seen, outcomes: await records.of(plannedOf(seen)) },
      recorded,
      sentOnce: [...visited, ...teller.seen],
      settling,
      held: await heldBack(settling, recorded, stage),
      played,
      before,
      effects,
      notes: [
        ...(types.length === 0 ? [NO_EVENT_TYPES] : []),
        ...examples.leftOut,
        ...teller.notes,
        ...silence.lines(),
      ],
      elapsed,
    });
  } finally {
    silence.stop();
    queues.close();
    await Promise.all([records.close(), effects.close()]);
  }
}

/** @returns undefined when nobody answers, or the gateway in its own words: whoever sends events tells */
const silentAt = (caller: Caller, signal: AbortSignal): Promise<Dependency[] | undefined> =>
  caller
    .fetch('/health', { signal })
    .then(async (answer) => silentIn(await answer.json()))
    .catch(() => undefined);

/** Of types with events that are not settled: how many messages their queues hold, which says that nothing is lost. */
async function heldBack(
  settling: readonly Planned[],
  recorded: ReadonlyMap<string, Recorded>,
  stage: Omit<Stage, 'events'>,
): Promise<string[]> {
  const open = settling.filter(({ event }) => !recorded.get(event.id)?.final);
  const types = [...Map.groupBy(open, ({ event }) => event.type)];
  return Promise.all(
    types.map(async ([type, [one]]) => {
      const queueUrl = one ? queueUrlOf(one, stage) : '';
      const [held, seconds] = await Promise.all([stage.queues.held(queueUrl), stage.queues.visibility(queueUrl)]);
      return `${type}: its queue holds ${held} messages; what a process did not answer comes back after ${seconds} s`;
    }),
  );
}

const plannedOf = (seen: readonly Seen[]): Planned[] => seen.map(({ planned }) => planned);

/** Accepted, and not an example, with which its handler may take its time. */
const mustSettle = (seen: readonly Seen[]): Planned[] =>
  plannedOf(seen.filter(({ answer, planned }) => answer === 'accepted' && !isExample(planned)));

const isExample = ({ expect }: Planned): boolean => 'outcome' in expect && expect.outcome === 'any';
