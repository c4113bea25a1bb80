import type { Document } from 'mongodb';
import type { ConsumePorts } from '../lib/consume/ports.ts';
import { createSettings, type Settings } from '../lib/consume/settings.ts';
import { attemptedOf } from '../lib/core/attempts.ts';
import type { Catalogue } from '../lib/core/catalogue.ts';
import type { Ran } from '../lib/ports/records.ts';
import { projectionReader } from '../lib/projections/read.ts';
import type { EventDefinition, TypedEventDefinition } from '../lib/sdk/definition.ts';
import type { ProjectionReader } from '../lib/sdk/projection.ts';
import { deliver } from './deliver.ts';
import { type LogLine, logInto } from './log-lines.ts';
import type { Handled } from './outcome.ts';
import { runClock } from './run-clock.ts';
import { type Given, type Sent, sent } from './sent.ts';

export interface RunOptions {
  /** Which attempt it is: those before it are recorded as failed. */
  attempt?: number;
  /** When it aborts, the time of the run is up: `context.signal` aborts, and the run ends as it does in a function. */
  timeUp?: AbortSignal;
  /** Settings and secrets as text, by name, as an environment has them; what is not given may have a default. */
  env?: Readonly<Record<string, string>>;
}

/** A tenant of its own: what it does is seen by no other. */
export interface Tenant {
  /**
   * Sends one event and lets its consumer run: in its transaction, with its projections applied.
   * @throws HttpProblem that names the fault where ingest would refuse the event
   * @throws SettingsError that names what is missing of `env`, or does not fit
   */
  handle<Input>(
    definition: TypedEventDefinition<string, Input>,
    event: Given<NoInfer<Input>>,
    options?: RunOptions,
  ): Promise<Handled>;
  /**
   * The same with one whose data has a form of before, as it was accepted then: `upcast` of the definition takes it.
   * @throws as handle; HttpProblem too for data that no form takes
   */
  handleOlder(definition: EventDefinition, event: Given<unknown>, options?: RunOptions): Promise<Handled>;
  /** The same with several events that are delivered together. @returns what came of each, in their order */
  handleBatch<Input>(
    definition: TypedEventDefinition<string, Input>,
    events: readonly Given<NoInfer<Input>>[],
    options?: RunOptions,
  ): Promise<Handled[]>;
  /** Fills a collection. @throws DuplicateKeyError, DocumentRefusedError where its declaration does not allow them */
  insert(collection: string, documents: readonly Document[]): Promise<void>;
  /** What is in a collection, without `_id` and tenant. @param sort a field; `-field` sorts downwards */
  find(collection: string, options?: { filter?: Document; sort?: string }): Promise<Document[]>;
  /** Reads projections, as a handler does. */
  readonly redis: ProjectionReader;
  /** What was logged in this tenant's runs, by handlers and by Sluice. */
  readonly log: readonly LogLine[];
}

/** What a tenant needs of its world. */
export interface TenantPorts extends Omit<ConsumePorts, 'clock' | 'log' | 'settings'> {
  insert(tenant: string, collection: string, documents: readonly Document[]): Promise<void>;
  find(tenant: string, collection: string, filter: Document, sort: Document): Promise<Document[]>;
}

/** @param ports connected at first use */
export function openTenant(tenant: string, catalogue: Catalogue, ports: () => Promise<TenantPorts>): Tenant {
  const log: LogLine[] = [];
  const receives = new Map<string, number>();

  function received({ key }: Sent, attempt: number): number {
    const count = Math.max(attempt, (receives.get(key) ?? 0) + 1);
    receives.set(key, count);
    return count;
  }

  async function perform(
    definition: EventDefinition,
    events: readonly Given<unknown>[],
    { attempt = 1, timeUp, env = {} }: RunOptions,
    forms: 'now' | 'ever' = 'now',
  ): Promise<Handled[]> {
    const entry = catalogue.get(definition.type);
    if (entry?.definition !== definition) throw new Error(`testing() was not given the definition ${definition.type}`);
    const all = events.map((event) => sent(definition.type, event, catalogue, tenant, forms));
    if (attempt > definition.retry.attempts)
      throw new Error(`${definition.type} has no attempt ${attempt}: retry.attempts is ${definition.retry.attempts}`);
    const settings = settingsOf(definition, env);
    await settings();
    const connected = await ports();
    const dueAt = await dueOf(all, connected);
    const runPorts: ConsumePorts = { ...connected, clock: runClock(timeUp, dueAt), log: logInto(log), settings };
    await recordAttempts(all, attempt - 1, runPorts);
    const records = all.map((one) => one.delivered(received(one, attempt)));
    return deliver(entry, all, records, runPorts);
  }

  return {
    handle: async (definition, event, options = {}) => theOne(await perform(definition, [event], options)),
    handleOlder: async (definition, event, options = {}) => theOne(await perform(definition, [event], options, 'ever')),
    handleBatch: (definition, events, options = {}) => perform(definition, events, options),
    insert: async (collection, documents) => (await ports()).insert(tenant, collection, documents),
    find: async (collection, { filter = {}, sort = '_id' } = {}) => {
      const field = sort.replace(/^-/, '');
      return (await ports()).find(tenant, collection, filter, { [field]: sort === field ? 1 : -1 });
    },
    redis: projectionReader(
      { read: async (...query) => (await ports()).projections.read(...query) },
      catalogue.projections,
      tenant,
    ),
    log,
  };
}

function theOne([handled]: readonly Handled[]): Handled {
  if (!handled) throw new Error('one event has one outcome');
  return handled;
}

function settingsOf(definition: EventDefinition, env: Readonly<Record<string, string>>): Settings {
  const given = new Map(Object.entries(env));
  return createSettings(definition, {
    given,
    secrets: { read: async () => given },
    remedy: () => 'give them to the run: { env: { … } }',
  });
}

/** When all of these are due, milliseconds since the epoch. */
async function dueOf(events: readonly Sent[], { records }: Pick<ConsumePorts, 'records'>): Promise<number> {
  const known = await records.find(events.map(({ key }) => key));
  return Math.max(0, ...[...known.values()].map(({ dueAt }) => dueAt?.getTime() ?? 0));
}

/** As the failed runs before this one leave their records. */
async function recordAttempts(
  events: readonly Sent[],
  before: number,
  { records, clock }: ConsumePorts,
): Promise<void> {
  if (before === 0) return;
  const known = await records.find(events.map(({ key }) => key));
  const error = { code: 'error', message: 'an attempt before this one' };
  for (const { key, message } of events) {
    let standing: Ran['known'] | null = known.get(key);
    while (standing !== null && (standing ? attemptedOf(standing) : 0) < before) {
      const now = new Date(clock.now());
      const attempt = { at: now.toISOString(), outcome: 'error', error } as const;
      standing = await records.recordAttempt(key, message, attempt, now, { known: standing });
    }
  }
}
