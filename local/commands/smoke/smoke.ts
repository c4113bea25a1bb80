import { randomUUID } from 'node:crypto';
import type { StoredEvent } from '../../../client/types.ts';
import { messageOf } from '../../../lib/core/errors.ts';
import type { EventTypeItem } from '../../../lib/http/api-documents/event-types.ts';
import type { Caller } from '../../stack/caller.ts';
import { askAll, type Check, NotShown, type Question } from '../checks.ts';
import { type Broken, refusedOf } from './samples.ts';

export interface SmokeOptions {
  caller: Caller;
  /** Of the event that is sent; the first one of the stage unless said. */
  type?: string | undefined;
  /** An event that fails; @param types of the stage @returns undefined where nobody knows one */
  broken: (types: readonly string[]) => Promise<Broken | undefined>;
  /** How long an event may take, and the stage to come up. */
  seconds: number;
  /** Milliseconds; a clock for how long a check took. */
  now: () => number;
  pause: (ms: number) => Promise<void>;
}

/** The longest that one request waits for an outcome. */
const WAIT_SECONDS = 20;
const PAUSE_MS = 1000;
/** What the API says of an event that is over, but `failed`. */
const DONE = ['succeeded', 'rejected'];

/**
 * Asks a running stage, by its address alone, whether it does what it is for. What comes after a failed check is not tried.
 * @returns a check for each question; never throws for what the stage says
 */
export const smoke = (options: SmokeOptions): Promise<Check[]> => askAll(questions(options), options.now);

/** Each with what it looks at; they go on with what those before them saw. */
function questions(options: SmokeOptions): Question[] {
  const { caller, seconds } = options;
  const client = caller.client();
  let types: EventTypeItem[] = [];
  let failure: { id: string; mended: unknown } | undefined;
  const event = { id: `smoke-${randomUUID()}`, time: new Date().toISOString(), type: '', data: undefined as unknown };

  /** @throws Error where the event is not over in time */
  async function settled(sent: { id: string; type: string; data: unknown }): Promise<StoredEvent> {
    await client.send(sent, { wait: Math.min(WAIT_SECONDS, seconds) });
    return over(sent.id);
  }
  async function over(id: string): Promise<StoredEvent> {
    const stored = await client.wait(id, { seconds });
    if (stored.status === 'accepted' || stored.status === 'retrying')
      throw new Error(`${stored.type} ${id} is ${stored.status} after ${seconds} s`);
    return stored;
  }

  return [
    ['it is healthy', () => healthy(options)],
    [
      'an event, waited for',
      async () => {
        types = await eventTypes(caller);
        const sample = sampleOf(types, options.type);
        Object.assign(event, { type: sample.type, data: sample.example });
        const { status, rejection } = await settled(event);
        if (!DONE.includes(status)) throw new Error(`${event.type} ${event.id} is ${status}`);
        return `${event.type} ${status}${rejection ? `: ${rejection.reason}` : ''}`;
      },
    ],
    [
      'its copy',
      async () => {
        const { duplicate, status } = await client.send(event);
        if (!duplicate) throw new Error(`${event.type} ${event.id} was taken a second time`);
        return `a duplicate, ${status}`;
      },
    ],
    [
      'a bad one',
      async () => {
        const { what, ...bad } = refusedOf(sampleOf(types, options.type));
        const response = await caller.post('/events', bad);
        const { code } = (await response.json()) as { code?: string };
        if (response.status !== 422) throw new Error(`${event.type} ${what}: answered ${response.status} ${code}`);
        return `${event.type} ${what}: refused, ${code}`;
      },
    ],
    [
      'one that fails',
      async () => {
        const broken = await options.broken(types.map(({ type }) => type));
        if (!broken) throw new NotShown('no event is known that fails: name one with --broken');
        const sent = { id: `smoke-${randomUUID()}`, type: broken.type, data: broken.data };
        const { status, failure: found, rejection } = await settled(sent);
        if (!found) throw new NotShown(`${broken.type} ${status}${rejection ? `: ${rejection.reason}` : ''}`);
        const { state, message } = await failureOf(caller, found.id);
        if (state !== 'open') throw new Error(`failure ${found.id} is ${state}`);
        failure = { id: found.id, mended: broken.mended };
        return `${broken.type} failed${message ? `: ${message}` : ''}`;
      },
    ],
    [
      'its replay, mended',
      async () => {
        if (!failure) throw new NotShown('nothing failed');
        const response = await caller.post(`/failures/${failure.id}/replay`, { data: failure.mended });
        const { replacement, code } = (await response.json()) as { replacement?: { id: string }; code?: string };
        if (!replacement) throw new Error(`the replay was answered ${response.status} ${code}`);
        const { status } = await over(replacement.id);
        const { state } = await failureOf(caller, failure.id);
        if (!DONE.includes(status) || state !== 'replayed')
          throw new Error(`its event ${replacement.id} is ${status}, the failure ${state}`);
        return `${status}, the failure is ${state}`;
      },
    ],
  ];
}

/** A stage that was just deployed may take a while. @throws Error with what it said last */
async function healthy({ caller, seconds, now, pause }: SmokeOptions): Promise<string> {
  const until = now() + seconds * 1000;
  for (;;) {
    const said = await healthOf(caller);
    if (said === 'up') return said;
    if (now() + PAUSE_MS > until) throw new Error(said);
    await pause(PAUSE_MS);
  }
}

async function healthOf(caller: Caller): Promise<string> {
  try {
    const response = await caller.fetch('/health');
    const { status } = (await response.json()) as { status?: string };
    return response.ok && status === 'up' ? 'up' : `GET /health answered ${response.status} ${status ?? ''}`.trim();
  } catch (error) {
    return `GET /health: ${messageOf(error)}`;
  }
}

/** @throws Error where the key opens nothing, or the stage answers something else */
async function eventTypes(caller: Caller): Promise<EventTypeItem[]> {
  const response = await caller.fetch('/event-types');
  if (!response.ok) throw new Error(`GET /event-types answered ${response.status}: is SLUICE_KEY a key of this stage?`);
  return ((await response.json()) as { items: EventTypeItem[] }).items;
}

function sampleOf(types: readonly EventTypeItem[], wanted: string | undefined): EventTypeItem {
  const sample = wanted === undefined ? types[0] : types.find(({ type }) => type === wanted);
  if (!sample) throw new Error(wanted === undefined ? 'the stage has no event type' : `the stage has no ${wanted}`);
  return sample;
}

/** @throws Error where it is not to be read */
async function failureOf(caller: Caller, id: string): Promise<{ state: string; message?: string }> {
  const response = await caller.fetch(`/failures/${id}`);
  if (!response.ok) throw new Error(`GET /failures/${id} answered ${response.status}`);
  return (await response.json()) as { state: string; message?: string };
}
