import type { Client } from '../../../../client/client.ts';
import { localIdentity } from '../../../../lib/core/access/identity.ts';
import type { Catalogue } from '../../../../lib/core/catalogue.ts';
import { queueSuffix } from '../../../../lib/core/names.ts';
import { checkEvent } from '../../../../lib/ingest/check.ts';
import type { Publication } from '../../../../lib/ports/publisher.ts';
import type { Caller } from '../../../stack/caller.ts';
import type { Launched } from '../../../stack/launch.ts';
import type { EffectsBook } from '../effects.ts';
import type { StoryEvents } from '../example.ts';
import { type Planned, together } from '../plan.ts';
import type { Queues } from '../queues.ts';
import { notOnce, type Recorded, type Records } from '../records.ts';
import { type Seen, send } from '../send.ts';

/** What every part of the story has at hand. */
export interface Stage {
  stack: Pick<Launched, 'killConsumer' | 'keepMongoAway' | 'queueUrlPrefix'>;
  caller: Caller;
  client: Client;
  signal: AbortSignal;
  catalogue: Catalogue;
  records: Records;
  queues: Queues;
  effects: EffectsBook;
  events: StoryEvents;
}

/** One thing that happens in the life of a service, and what became of the events that met it. */
export interface Act {
  title: string;
  /** What happened, in one line; or why it could not be made to happen. */
  happened: string;
  /** The count that shows that each effect is there once; empty where nothing was sent. */
  proof: string;
  /** What is not as it had to be. */
  differences: string[];
}

/** An act, and what it sent. */
export interface Played {
  act: Act;
  /** What clients sent and saw. */
  seen: Seen[];
  /** What has its effect now, beside what was there before. */
  effective: Planned[];
}

/** Sends events in one request. */
export const sendAll = (events: Planned[], { client, caller, signal }: Stage): Promise<Seen[]> =>
  send(together('array', events), { client, caller, signal });

export const freshEvents = (count: number, { events }: Stage): Planned[] =>
  Array.from({ length: count }, () => events.fresh());

/** An act that cannot be played here. */
export const notShown = (title: string, why: string): Played => ({
  act: { title, happened: `Not shown: ${why}.`, proof: '', differences: [] },
  seen: [],
  effective: [],
});

/** A message as it lies on its queue. @param now when it was received: the same time gives the same message */
export const messageOf = ({ event }: Planned, now: number, { catalogue, stack }: Stage): Publication =>
  checkEvent(
    { members: event, plain: true },
    { catalogue, tenant: localIdentity.tenant, bounds: {}, queueUrlPrefix: stack.queueUrlPrefix, now },
  ).publication;

export const queueUrlOf = (
  { event: { type } }: Planned,
  { catalogue, stack }: Pick<Stage, 'catalogue' | 'stack'>,
): string => `${stack.queueUrlPrefix}${queueSuffix(type, catalogue.get(type)?.ordered ?? false)}`;

/**
 * Waits until events are settled, and counts: one effect each in their records, and in the numbers of the examples.
 * @param before the numbers before anything was sent
 */
export async function prove(
  sent: readonly Planned[],
  before: Awaited<ReturnType<EffectsBook['read']>>,
  { records, effects }: Stage,
): Promise<{ proof: string; differences: string[]; found: Map<string, Recorded> }> {
  const found = await records.settled(sent);
  const wanted = effects.expected(sent);
  const changed = await effects.change(before, wanted);
  const numbers = effects.words(Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== 0)));
  const runs = [...found.values()].reduce((sum, { attempts }) => sum + attempts.length, 0);
  const differences = [
    ...sent.flatMap(({ event: { id, type }, expect }) => {
      const status = found.get(id)?.status ?? 'without a record';
      const want = 'outcome' in expect ? expect.outcome : status;
      return status === want ? [] : [`${type} ${id}: ${status} instead of ${want}`];
    }),
    ...notOnce(sent, found),
    ...effects.differences(wanted, changed),
  ];
  const counted = `${counts(found.size, 'record')} in MongoDB, ${counts(runs, 'attempt')}, ${counts(sent.length, 'effect')}`;
  const seen = numbers.map(([name, value]) => `, ${name} +${value}`).join('');
  return {
    proof: differences.length === 0 ? `${counts(sent.length, 'event')}: ${counted}${seen}.` : '',
    differences,
    found,
  };
}

const counts = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
