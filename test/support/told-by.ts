import { vi } from 'vitest';
import { z } from 'zod';
import { DependencyError } from '../../lib/core/errors.ts';
import { countOpenFailures } from '../../lib/failures/count-open.ts';
import { recordFailures } from '../../lib/failures/dead-letter.ts';
import { anySender } from '../../lib/failures/senders.ts';
import { authorizer } from '../../lib/http/authorize.ts';
import { postFailures } from '../../lib/http/post-failures.ts';
import type { FailureRecord, Failures } from '../../lib/ports/failures.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { PermanentError } from '../../lib/sdk/errors.ts';
import type { rejected } from '../../lib/sdk/result.ts';
import { createMetrics } from '../../lib/wiring/metrics.ts';
import { call } from './api-gateway.ts';
import { delivered } from './consumer-world.ts';
import { catalogueOfTypes } from './definitions.ts';
import { type FakeClock, fakeClock } from './fake-clock.ts';
import { ingestWorld } from './ingest-world.ts';
import { silentLog } from './log.ts';
import { memoryConsumer } from './memory-consumer.ts';
import { memoryDesk } from './memory-desk.ts';
import { memoryMetrics } from './memory-metrics.ts';
import { memoryResults } from './memory-results.ts';
import { recordOf } from './query-world.ts';
import type { RecordingQueue } from './recording-queue.ts';
import { served } from './served.ts';

export type Values = Record<string, number[]>;

export const parcel = { type: 'parcel.sent', data: { parcel: 'p-1' } };

/** What ingest tells of these requests. @param setUp before the last of them */
export async function sent(
  bodies: readonly unknown[],
  setUp: (world: ReturnType<typeof ingestWorld>) => void = () => {},
) {
  const world = ingestWorld();
  for (const [index, body] of bodies.entries()) {
    if (index === bodies.length - 1) setUp(world);
    await world.post(body);
  }
  return world.metrics.values();
}

/** Publishing takes a while. */
export function slowly(queue: RecordingQueue, { advance }: FakeClock): void {
  const { publish } = queue;
  queue.publish = async (...given) => {
    advance(250);
    return publish(...given);
  };
}

/** The type of what the consumer of these ways settles. */
export const type = 'test.happened';
const definitionOf = (handle: NonNullable<EventDefinition['handle']>) =>
  defineEvent({ type, summary: 'A type of the tests', data: z.unknown(), example: {}, handle });

/** What a consumer tells of two events that are delivered together. */
export async function consumedTogether(handle: (id: string) => Promise<undefined>): Promise<Values> {
  const metrics = memoryMetrics();
  const { consume, message } = memoryConsumer(
    definitionOf(({ id }) => handle(id)),
    silentLog,
    { metrics },
  );
  await consume([message('one', {}), message('two', {})]);
  return metrics.values();
}

/** What a consumer and the dead letters tell of an event, delivered so often. */
export async function consumed(
  handle: () => Promise<undefined | ReturnType<typeof rejected>>,
  { extensions = {}, times = 1, copies = 1, replay = 0, down = false, ms = 0 } = {},
): Promise<Values> {
  const metrics = memoryMetrics();
  const clock = { ...fakeClock(), sleep: () => new Promise<never>(() => {}) };
  const ping = { mongodb: async () => !down, redis: async () => true };
  const handled = async () => {
    clock.advance(ms);
    return handle();
  };
  const { consume, message, readLetters } = memoryConsumer(definitionOf(handled), silentLog, {
    ...{ metrics, clock, random: () => 0.5 },
    ...(down && { ping, setup: () => Promise.reject(new DependencyError('mongodb', 'no answer')) }),
  });
  const one = { ...message('one', {}), extensions, replay };
  for (let receives = 1; receives <= times; receives++)
    await consume(
      Array.from({ length: copies }, (_, copy) => ({ ...one, id: `${one.id}-${copy}` })),
      receives,
    );
  await readLetters();
  return metrics.values();
}
export const succeeds = async () => undefined;
export const failsFirst = () => {
  let runs = 0;
  return async () => (++runs === 1 ? Promise.reject(new Error('not yet')) : undefined);
};
export const fails = async () => Promise.reject(new PermanentError('no good'));

export async function authorized(key: string, verdict: Parameters<typeof authorizer>[0]): Promise<Values> {
  const metrics = memoryMetrics();
  const authorize = authorizer(verdict, { log: silentLog, metrics });
  await authorize({ identitySource: [key] }).catch(() => undefined);
  return metrics.values();
}
export const identity = { tenant: 'acme', key: { id: 'k-1', name: 'shop' }, scopes: [] };

export async function replayed(): Promise<Values> {
  const metrics = memoryMetrics();
  const record = recordOf({ type: 'parcel.sent', data: '{"name":"p"}', state: 'failed' });
  const { fingerprint, source, time, recordedtime } = record;
  const failure: FailureRecord = {
    ...{ _id: 'f-1', tenant: 'local', eventKey: record._id, type: 'parcel.sent', cause: 'permanent', code: 'no' },
    ...{ message: 'm', group: 'g', event: JSON.stringify({ id: 'e', source, type: 'parcel.sent', time }) },
    ...{ data: record.data, fingerprint, replay: 0, attempts: [], recordedtime, state: 'open' },
  };
  const { desk } = memoryDesk({ failure, record, replacementSeen: false });
  const answers = ['sent', 'refused'] as const;
  for (const answer of answers) {
    const ports = {
      ...{ desk, metrics, clock: fakeClock(), log: silentLog, catalogue: catalogueOfTypes(['parcel.sent']) },
      claims: { confirm: async () => undefined },
      outcomes: { forget: async () => undefined },
      publisher: { publish: async (all: readonly object[]) => all.map(() => answer) },
      queueUrlPrefix: 'http://queue/',
    };
    await call(served(postFailures(ports)), { path: '/failures/f-1/replay', id: 'f-1' });
  }
  return metrics.values();
}

export async function counted(count: (type: unknown) => Promise<number>): Promise<Values> {
  const metrics = memoryMetrics();
  await countOpenFailures(['a.b'], { open: { count }, metrics, log: silentLog });
  return metrics.values();
}

export async function undecodable(): Promise<Values> {
  const metrics = memoryMetrics();
  const failures: Failures = { record: async (_, decide) => ({ failure: decide(null)?.failure, record: null }) };
  const ports = { failures, results: memoryResults(), believes: anySender };
  await recordFailures([delivered('no message')], { ...ports, clock: fakeClock(), log: silentLog, metrics });
  return metrics.values();
}

/** What a function writes that is invoked so often. */
export async function started(times: number): Promise<Values> {
  vi.stubEnv('SERVICE', 'sluice');
  vi.stubEnv('STAGE', 'prod');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  const written: Values = {};
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    const { ColdStarts, function: name }: { ColdStarts: number; function: string } = JSON.parse(String(line));
    written[`ColdStarts ${name}`] = [...(written[`ColdStarts ${name}`] ?? []), ColdStarts];
    return true;
  });
  const metrics = createMetrics('query', silentLog);
  for (let time = 0; time < times; time++) await metrics.during(async () => undefined);
  return written;
}
