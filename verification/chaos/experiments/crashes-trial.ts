import { randomUUID } from 'node:crypto';
import { eventKey } from '../../../lib/core/event-key.ts';
import { encodeMessage, type Message } from '../../../lib/core/message.ts';
import type { Outcome } from '../../../lib/core/outcome.ts';
import type { SqsRecord } from '../../../lib/core/sqs-batch.ts';
import type { Random } from '../harness/random.ts';
import { type Act, perform } from './crashes-act.ts';
import { type Boundary, startLife } from './crashes-life.ts';
import { messageOf } from './crashes-messages.ts';
import { type Queues, queuesOf } from './crashes-queues.ts';
import type { Town } from './crashes-town.ts';
import type { deeds, Kind } from './crashes-types.ts';

export type Deed = (typeof deeds)[number];

/** An event, and what must become of it in the end. */
export interface Told {
  name: string;
  key: string;
  ends: Outcome;
  /** Of the failure, as `cause state`; absent: there is none. */
  failure?: string;
  /** Its record belongs to another payload. */
  reused?: boolean;
}

/** One scenario in a tenant of its own. */
export interface Trial {
  readonly town: Town;
  readonly queues: Queues;
  readonly kind: Kind;
  /** Queues that its events go to. */
  readonly queuesUsed: Set<Kind>;
  readonly tenant: string;
  readonly told: Told[];
  /** Bodies that nobody can read. */
  readonly undecodable: string[];
  /** Names of what came in the place of failed events. */
  readonly replacements: string[];
  /** Runs that ended without an answer. */
  deaths: number;
  /** What is sent beside, when a batch is received. */
  neighbours: number;
  /** An event as a client sends it. */
  event(
    ends: Outcome,
    how?: { does?: Deed; failure?: string; kind?: Kind; group?: string; expirytime?: string },
  ): object & { id: string };
  /** Sends events that are not the subject, and has them accepted. */
  send(...events: readonly object[]): Promise<void>;
  /** Puts a message into a queue as it is. @param ends null: it is a copy @param changed of a good one of a new event */
  put(ends: Outcome | null, changed: Partial<Message>, how?: { failure?: string; letter?: boolean }): Promise<Message>;
  putRaw(body: string, letter?: boolean): Promise<void>;
  /** What is in the queue, with neighbours; it is delivered again when time has passed. */
  receive(): Promise<SqsRecord[]>;
  receiveLetters(): Promise<SqsRecord[]>;
  /** A run to its end, and its answer carried out. */
  run(act: Act): Promise<void>;
  /** A run of this batch that ends where it would run the handler. */
  dies(act: Act, at?: Boundary): Promise<void>;
  /** Time passes: longer than a function lives and a message is invisible. @param seconds a minute, if nothing else is said */
  wait(seconds?: number): Promise<void>;
  /** The failure's id, by that of its event. */
  failureOf(id: string): Promise<string>;
}

const inHandler: Boundary = { step: 'effects.updateOne', nth: 1, side: 'before' };

export function newTrial(town: Town, kind: Kind, random: Random): Trial {
  const tenant = `t-${randomUUID().slice(0, 13)}`;
  const source = `/tenants/${tenant}`;
  const queues = queuesOf(town);
  const told: Told[] = [];
  let count = 0;
  const newName = () => `${++count}-${random.below(1_000_000)}`;
  const keyOf = (id: string) => eventKey(tenant, source, id);

  const publish = async (url: string, body: string, id: string) => {
    const fifo = url.endsWith('.fifo') && { group: id, deduplicationId: randomUUID() };
    const outcomes = await town.ports.publisher.publish(
      [{ queueUrl: url, body, ...fifo }],
      town.ports.clock.now() + 10_000,
    );
    if (outcomes[0] !== 'sent') throw new Error('a message of the experiment could not be put into a queue');
  };

  const trial: Trial = {
    town,
    queues,
    kind,
    queuesUsed: new Set([kind]),
    tenant,
    told,
    undecodable: [],
    replacements: [],
    deaths: 0,
    neighbours: 0,
    event(ends, { does, failure, kind: other = kind, group = 'one', expirytime } = {}) {
      const name = newName();
      trial.queuesUsed.add(other);
      told.push({ name, key: keyOf(name), ends, ...(failure && { failure }) });
      return {
        ...{ id: name, source, type: town.definitions[other].type, data: { name, group, ...(does && { does }) } },
        ...(expirytime && { expirytime }),
      };
    },
    async send(...events) {
      const { acknowledged } = await perform(town, { kind: 'ingest', tenant, events });
      if (acknowledged.length !== events.length) throw new Error('events of the experiment were not accepted');
    },
    async put(ends, changed, { failure, letter } = {}) {
      const name = newName();
      const message = messageOf(trial, name, changed);
      const { id } = message;
      if (ends) told.push({ name, key: keyOf(id), ends, reused: id !== name, ...(failure && { failure }) });
      await publish(letter ? town.deadLetterUrl(kind) : town.queueUrl(kind), encodeMessage(message), id);
      return message;
    },
    async putRaw(body, letter = false) {
      trial.undecodable.push(body);
      await publish(letter ? town.deadLetterUrl(kind) : town.queueUrl(kind), body, 'raw');
    },
    async receive() {
      const beside = Array.from({ length: trial.neighbours }, (_, index) =>
        trial.event('succeeded', { group: `neighbour ${index}` }),
      );
      if (beside.length > 0) await trial.send(...beside);
      return queues.receive(town.queueUrl(kind));
    },
    receiveLetters: () => queues.receive(town.deadLetterUrl(kind)),
    async run(act) {
      await carryOut(trial, act, (await perform(town, act)).back);
    },
    async dies(act, at = inHandler) {
      const life = startLife(at);
      const answered = perform(town, act, life).then(() => Promise.reject(new Error(`a run did not reach ${at.step}`)));
      await Promise.race([life.died, answered]);
      await life.bury();
      trial.deaths++;
    },
    async wait(seconds = 60) {
      town.time.passed += seconds * 1000;
      await queues.release();
      await expireClaims(trial);
    },
    async failureOf(id) {
      const failure = await town.mongo.failures.findOne({ tenant, eventKey: keyOf(id) });
      if (!failure) throw new Error('an event of the experiment has not failed');
      return failure._id;
    },
  };
  return trial;
}

/** What a mapping does with an answer: it deletes what did not come back. */
export async function carryOut({ town, queues }: Trial, act: Act, back: readonly string[]): Promise<void> {
  if (act.kind !== 'consume' && act.kind !== 'dead letter') return;
  const url = act.kind === 'consume' ? town.queueUrl(act.queue) : town.deadLetterUrl(act.queue);
  await queues.delete(
    url,
    act.records.filter(({ messageId }) => !back.includes(messageId)),
  );
}

/** Claims that nobody confirmed stand for 5 s. */
async function expireClaims({ town: { ports }, told }: Trial): Promise<void> {
  await Promise.all(
    told.map(async ({ key }) => {
      const claim = await ports.claims.read(key);
      if (claim && !claim.confirmed) await ports.claims.release([{ key, owner: claim.owner }]);
    }),
  );
}
