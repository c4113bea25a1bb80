import { expect } from 'vitest';
import { z } from 'zod';
import type { Message } from '../../../lib/core/message.ts';
import type { StoredOutcome } from '../../../lib/ports/results.ts';
import type { Context } from '../../../lib/sdk/context.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import { DuplicateKeyError, PermanentError } from '../../../lib/sdk/errors.ts';
import { rejected } from '../../../lib/sdk/result.ts';
import { interleaving } from '../../support/interleaving.ts';
import { silentLog } from '../../support/log.ts';
import { deafResults, memoryConsumer } from '../../support/memory-consumer.ts';
import { memoryMetrics } from '../../support/memory-metrics.ts';

const acts = ['write', 'count', 'say-no', 'write-and-say-no', 'fail-once', 'poison', 'permanent', 'unique'] as const;
type Act = (typeof acts)[number];
interface Payload {
  act: Act;
  n: number;
}

const payload = z.strictObject({ act: z.enum(acts), n: z.int() });

/** What a handler does is said by its event, and by nothing that another run has left in the process. */
async function act({ act, n }: Payload, context: Context): Promise<unknown> {
  const effects = context.collection('effects');
  context.project('seen').incrby('all', n);
  if (act === 'say-no') return rejected(`no-${n}`);
  if (act === 'unique') {
    try {
      await effects.insertOne({ unique: `u${n % 3}`, n });
    } catch (error) {
      if (error instanceof DuplicateKeyError) return rejected('taken');
      throw error;
    }
    return { n };
  }
  if (act === 'count') await effects.updateOne({ counter: 'all' }, { by: n } as never);
  else await effects.insertOne({ n });
  if (act === 'write-and-say-no') return rejected(`no-${n}`);
  if (act === 'poison' || (act === 'fail-once' && context.attempt === 1)) throw new Error(`it fails: ${n}`);
  if (act === 'permanent') throw new PermanentError(`never: ${n}`, { code: 'never' });
  return { n };
}

const definitionOf = (commit: 'joint' | 'each', ordered: boolean): EventDefinition =>
  defineEvent({
    ...{ type: 'test.happened', summary: 'A type of the tests', data: payload, example: { act: 'write', n: 1 } },
    collections: { effects: {} },
    projections: { seen: { kind: 'counter' } },
    retry: { attempts: 3, base: 1, cap: 1 },
    queue: { commit },
    ...(ordered && { orderedBy: ({ n }: Payload) => `g${n % 4}` }),
    handle: ({ data }, context) => act(data, context as never) as Promise<undefined>,
  });

/** A message in a queue of this test. */
interface Queued {
  message: Message;
  group: string;
  receives: number;
}

export interface Plan {
  messages: { id: string; tenant: string; data: Payload; copies: number }[];
  /** Before which batches somebody writes what `count` writes. */
  conflicts: ReadonlySet<number>;
  seed: number;
}

const DELIVERIES = 2000;
/** More than it takes until an environment expects no copies. */
const QUIET_BATCHES = 20;

/** All events of a plan through one consumer to their end. */
export async function carriedOut(commit: 'joint' | 'each', plan: Plan, ordered: boolean) {
  const told = new Map<string, StoredOutcome>();
  const applied = new Map<string, string>();
  const metrics = memoryMetrics();
  const world = memoryConsumer(definitionOf(commit, ordered), silentLog, {
    ...{ metrics, runsAtOnce: 1 },
    results: { ...deafResults, tell: async (key, outcome) => void told.set(key, outcome) },
    projections: {
      // Its guard: an event is in it once.
      apply: async (_, key, commands) => void applied.set(key, JSON.stringify(commands)),
      cutGuards: async () => undefined,
      read: async () => Promise.reject(new Error('nothing is read')),
    },
  });
  const queue: Queued[] = plan.messages.flatMap(({ id, tenant, data, copies }) => {
    const message = { ...world.message(id, data), tenant };
    const group = ordered ? `${tenant} g${data.n % 4}` : tenant;
    return Array.from({ length: copies }, () => ({ message, group, receives: 0 }));
  });
  const { below } = interleaving(plan.seed);
  // Of every other plan the environment is one that expects no copies any more.
  for (let before = 0; plan.seed % 2 === 1 && before < QUIET_BATCHES; before++)
    await world.handOver(
      [0, 1].map((n) => ({
        message: { ...world.message(`before-${before}-${n}`, { act: 'write', n }), tenant: 'before' },
        ...{ group: `before g${n}`, receives: 1 },
      })),
    );
  for (let batch = 0; queue.length > 0; batch++) {
    if (batch > DELIVERIES) throw new Error('it never ends');
    if (plan.conflicts.has(batch)) world.database.conflicts = 1 + below(2);
    const taken = queue.slice(0, 1 + below(10));
    for (const one of taken) one.receives++;
    const back = new Set(await world.handOver(taken));
    const returned = taken.filter(({ message }) => back.has(message.id));
    queue.splice(0, taken.length);
    // In an ordered type a group waits behind its head; elsewhere what comes back comes later.
    if (ordered) queue.unshift(...returned);
    else queue.push(...returned);
  }
  await world.readLetters();
  const { records, failures, database } = world;
  const isOfPlan = ({ tenant }: { tenant: string }): boolean => tenant !== 'before';
  const names = (key: string) => `${records.get(key)?.tenant} ${records.get(key)?.id}`;
  return {
    metrics,
    database,
    records: [...records.values()]
      .filter(isOfPlan)
      .map(({ tenant, id, state, replay, attempts, result, rejection, projections }) => ({
        ...{ of: `${tenant} ${id}`, state, replay, result, rejection, projections },
        attempts: attempts.map(({ outcome, error }) => ({ outcome, code: error?.code, message: error?.message })),
      })),
    failures: [...failures.values()].map(({ tenant, cause, code, message, event }) => ({
      ...{ tenant, cause, code, message, event },
    })),
    documents: database.documents.filter(isOfPlan).map(({ tenant, document }) => ({ tenant, ...document })),
    projections: [...applied].map(([key, commands]) => `${names(key)} ${commands}`),
    told: [...told].map(([key, { outcome }]) => `${names(key)} ${outcome}`),
  };
}

/** Events of two tenants, copies among them, of which some fail in one way or another. */
export function planOf(seed: number): Plan {
  const { below } = interleaving(seed);
  const poison = below(4);
  const messages = Array.from({ length: 5 + below(40) }, (_, n) => {
    const kind = below(10) < poison ? below(acts.length) : below(2);
    return {
      id: `e${n}`,
      tenant: `t${below(3) > 0 ? 0 : 1}`,
      data: { act: acts[kind] ?? 'write', n },
      copies: below(8) === 0 ? 2 : 1,
    };
  });
  const conflicts = new Set(Array.from({ length: below(4) }, () => below(8)));
  return { messages, conflicts, seed };
}

const sorted = (all: readonly unknown[]): string[] => all.map((one) => JSON.stringify(one)).toSorted();

/** Which of two events gets what only one can have is for their order to say, and redelivered ones run behind the others. */
const isOfOrder = ({ data }: Plan['messages'][number]): boolean => data.act === 'unique';

/** Records, letters, effects, projections and what is told of a plan are the same, whether its events run jointly or alone. */
export async function expectTheSame(seed: number): Promise<void> {
  const whole = planOf(seed);
  const plan = { ...whole, messages: whole.messages.filter((one) => !isOfOrder(one)) };
  const [joint, each] = [await carriedOut('joint', plan, false), await carriedOut('each', plan, false)];
  for (const part of ['records', 'failures', 'documents', 'projections', 'told'] as const)
    expect(sorted(joint[part]), part).toEqual(sorted(each[part]));
}

/** So they are of an ordered type, and every group has its order. */
export async function expectTheSameInOrder(seed: number): Promise<void> {
  const whole = planOf(seed);
  const plan = { ...whole, messages: whole.messages.filter((one) => !isOfOrder(one)) };
  const [joint, each] = [await carriedOut('joint', plan, true), await carriedOut('each', plan, true)];
  for (const part of ['records', 'failures', 'projections', 'told'] as const)
    expect(sorted(joint[part]), part).toEqual(sorted(each[part]));
  const inOrder = ({ documents }: typeof joint) =>
    Map.groupBy(
      documents.filter((one) => 'n' in one || 'by' in one),
      ({ tenant, ...document }) => `${tenant} ${Number(Reflect.get(document, 'n') ?? Reflect.get(document, 'by')) % 4}`,
    );
  expect(inOrder(joint)).toEqual(inOrder(each));
}
