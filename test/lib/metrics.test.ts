import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { DependencyError, TransientError } from '../../lib/core/errors.ts';
import { METRICS, type MetricName, NO_TYPE, OTHER_TYPES } from '../../lib/core/metrics.ts';
import { countOpenFailures, MOST_COUNTED } from '../../lib/failures/count-open.ts';
import { recordFailures } from '../../lib/failures/dead-letter.ts';
import { anySender } from '../../lib/failures/senders.ts';
import { authorizer } from '../../lib/http/authorize.ts';
import { postFailures } from '../../lib/http/post-failures.ts';
import type { FailureRecord } from '../../lib/ports/failures.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { PermanentError } from '../../lib/sdk/errors.ts';
import { rejected } from '../../lib/sdk/result.ts';
import { createMetrics } from '../../lib/wiring/metrics.ts';
import { call } from '../support/api-gateway.ts';
import { delivered } from '../support/consumer-world.ts';
import { catalogueOfTypes } from '../support/definitions.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { ingestWorld } from '../support/ingest-world.ts';
import { silentLog } from '../support/log.ts';
import { memoryConsumer } from '../support/memory-consumer.ts';
import { memoryDesk } from '../support/memory-desk.ts';
import { memoryMetrics } from '../support/memory-metrics.ts';
import { memoryResults } from '../support/memory-results.ts';
import { recordOf } from '../support/query-world.ts';
import { served } from '../support/served.ts';

type Values = Record<string, number[]>;

const parcel = { type: 'parcel.sent', data: { parcel: 'p-1' } };

/** What ingest tells of these requests. @param setUp before the last of them */
async function sent(bodies: readonly unknown[], setUp: (world: ReturnType<typeof ingestWorld>) => void = () => {}) {
  const world = ingestWorld();
  for (const [index, body] of bodies.entries()) {
    if (index === bodies.length - 1) setUp(world);
    await world.post(body);
  }
  return world.metrics.values();
}

const type = 'test.happened';
const definitionOf = (handle: NonNullable<EventDefinition['handle']>) =>
  defineEvent({ type, summary: 'A type of the tests', data: z.unknown(), example: {}, handle });

/** What a consumer and the dead letters tell of an event, delivered so often. */
async function consumed(
  handle: () => Promise<undefined | ReturnType<typeof rejected>>,
  { extensions = {}, times = 1, replay = 0, down = false, ms = 0 } = {},
): Promise<Values> {
  const metrics = memoryMetrics();
  const clock = { ...fakeClock(), sleep: () => new Promise<never>(() => {}) };
  const ping = { mongodb: async () => !down, redis: async () => true };
  const slowly = async () => {
    clock.advance(ms);
    return handle();
  };
  const { consume, message, readLetters } = memoryConsumer(definitionOf(slowly), silentLog, {
    ...{ metrics, clock, random: () => 0.5 },
    ...(down && { ping, setup: () => Promise.reject(new DependencyError('mongodb', 'no answer')) }),
  });
  const one = { ...message('one', {}), extensions, replay };
  for (let receives = 1; receives <= times; receives++) await consume([one], receives);
  await readLetters();
  return metrics.values();
}
/** What a consumer tells of two events that are delivered together. */
async function consumedTogether(handle: (id: string) => Promise<undefined>): Promise<Values> {
  const metrics = memoryMetrics();
  const { consume, message } = memoryConsumer(
    definitionOf(({ id }) => handle(id)),
    silentLog,
    { metrics },
  );
  await consume([message('one', {}), message('two', {})]);
  return metrics.values();
}
const succeeds = async () => undefined;
const failsFirst = () => {
  let runs = 0;
  return async () => (++runs === 1 ? Promise.reject(new Error('not yet')) : undefined);
};
const fails = async () => Promise.reject(new PermanentError('no good'));

async function authorized(key: string, verdict: Parameters<typeof authorizer>[0]): Promise<Values> {
  const metrics = memoryMetrics();
  const authorize = authorizer(verdict, { log: silentLog, metrics });
  await authorize({ identitySource: [key] }).catch(() => undefined);
  return metrics.values();
}
const identity = { tenant: 'acme', key: { id: 'k-1', name: 'shop' }, scopes: [] };

async function replayed(): Promise<Values> {
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

async function counted(count: (type: unknown) => Promise<number>): Promise<Values> {
  const metrics = memoryMetrics();
  await countOpenFailures(['a.b'], { open: { count }, metrics, log: silentLog });
  return metrics.values();
}

async function undecodable(): Promise<Values> {
  const metrics = memoryMetrics();
  const ports = { failures: { record: async () => null }, results: memoryResults(), believes: anySender };
  await recordFailures([delivered('no message')], { ...ports, clock: fakeClock(), log: silentLog, metrics });
  return metrics.values();
}

/** Of each metric a way of the code that tells it, and what it tells then; the compiler asks for every one. */
const ways: Record<MetricName, [way: () => Promise<Values>, told: Values][]> = {
  Accepted: [
    [
      () => sent([[parcel, parcel, { type: 'anything.happened', data: 1 }]]),
      { 'Accepted parcel.sent': [2], 'Accepted anything.happened': [1] },
    ],
  ],
  Duplicates: [
    [
      () =>
        sent([
          { ...parcel, id: 'a' },
          { ...parcel, id: 'a' },
        ]),
      { 'Duplicates parcel.sent': [1] },
    ],
    [
      () =>
        sent([
          [
            { ...parcel, id: 'a' },
            { ...parcel, id: 'a' },
          ],
        ]),
      { 'Duplicates parcel.sent': [1] },
    ],
  ],
  QueueUnavailable: [
    [
      () => sent([[parcel, parcel]], ({ queue }) => queue.answers.push('refused', 'unanswered')),
      { 'QueueUnavailable parcel.sent': [2] },
    ],
  ],
  Refused: [
    [() => sent(['{']), { 'Refused invalid-json': [1] }],
    [() => sent([{ type: 'of.acme', data: {} }]), { 'Refused unknown-type': [1] }],
    [() => sent([[{ ...parcel, data: {} }, parcel]]), { 'Refused invalid-data': [1], 'Accepted parcel.sent': [1] }],
  ],
  Succeeded: [[() => consumed(succeeds), { [`Succeeded ${type}`]: [1] }]],
  Rejected: [[() => consumed(async () => rejected('no')), { [`Rejected ${type}`]: [1] }]],
  Expired: [
    [() => consumed(succeeds, { extensions: { expirytime: '2020-01-01T00:00:00Z' } }), { [`Expired ${type}`]: [1] }],
  ],
  SettledAgain: [
    [() => consumed(succeeds, { times: 2 }), { [`Succeeded ${type}`]: [1], [`SettledAgain ${type}`]: [1] }],
  ],
  Attempts: [[() => consumed(failsFirst(), { times: 2 }), { [`Attempts ${type}`]: [2], [`Succeeded ${type}`]: [1] }]],
  TimeToSettle: [[() => consumed(succeeds, { ms: 1500 }), { [`TimeToSettle ${type}`]: [1500] }]],
  BatchSize: [[() => consumed(succeeds), { [`BatchSize ${type}`]: [1] }]],
  HandlerTime: [
    [() => consumed(succeeds, { ms: 40 }), { [`HandlerTime ${type}`]: [40] }],
    [() => consumed(fails, { ms: 41 }), { [`HandlerTime ${type}`]: [41] }],
  ],
  JointRuns: [
    [() => consumedTogether(succeeds), { [`JointRuns ${type}`]: [1], [`Succeeded ${type}`]: [1, 1] }],
    [
      () => consumedTogether(async (id) => (id === 'two' ? fails() : undefined)),
      { [`JointRuns ${type}`]: [1], [`FallBacks ${type}`]: [1], [`Succeeded ${type}`]: [1] },
    ],
  ],
  FallBacks: [
    [() => consumedTogether(async (id) => (id === 'one' ? fails() : undefined)), { [`FallBacks ${type}`]: [1] }],
  ],
  Conflicts: [
    [
      () => consumed(async () => Promise.reject(new TransientError('met')), { ms: 60_000 }),
      { [`Conflicts ${type}`]: [1] },
    ],
  ],
  BreakerOpened: [[() => consumed(succeeds, { down: true, times: 3 }), { [`BreakerOpened ${type}`]: [1] }]],
  WaitingSeconds: [
    [() => consumed(succeeds, { ms: 61_400 }), { [`WaitingSeconds ${type}`]: [61] }],
    [() => consumed(succeeds, { down: true }), { [`WaitingSeconds ${type}`]: [0] }],
  ],
  ReturnedForInfrastructure: [
    [() => consumed(succeeds, { down: true, times: 2 }), { 'ReturnedForInfrastructure consume': [1, 1] }],
  ],
  FailuresRecorded: [
    [() => consumed(fails), { [`FailuresRecorded ${type}`]: [1] }],
    [undecodable, { [`FailuresRecorded ${NO_TYPE}`]: [1] }],
  ],
  FailuresReplayed: [[replayed, { 'FailuresReplayed parcel.sent': [1] }]],
  FailuresOpen: [
    [
      () => counted(async (one) => (one === 'a.b' ? MOST_COUNTED : 0)),
      { 'FailuresOpen a.b': [MOST_COUNTED], [`FailuresOpen ${NO_TYPE}`]: [0], [`FailuresOpen ${OTHER_TYPES}`]: [0] },
    ],
  ],
  Verdicts: [
    [() => authorized('Bearer k', async () => ({ identity })), { 'Verdicts let in': [1] }],
    [() => authorized('Bearer k', async () => ({ refused: 'revoked' })), { 'Verdicts revoked': [1] }],
    [() => authorized('Basic k', async () => ({ identity })), { 'Verdicts malformed': [1] }],
    [
      () => authorized('Bearer k', () => Promise.reject(new DependencyError('mongodb', 'silent'))),
      { 'Verdicts unknowable': [1] },
    ],
  ],
  ColdStarts: [[() => started(2), { 'ColdStarts query': [1] }]],
};

/** What a function writes that is invoked so often. */
async function started(times: number): Promise<Values> {
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

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('a metric', () => {
  const cases = Object.entries(ways).flatMap(([name, all]) => all.map(([way, told], at) => ({ name, at, way, told })));
  it.each(cases)('$name is told by what comes to it, way $at', async ({ way, told }) => {
    expect(await way()).toMatchObject(told);
  });

  it('is told of each event once, and of nothing that a caller chose', async () => {
    const body = [parcel, { ...parcel, id: 'acme-7' }, { ...parcel, id: 'acme-7' }, { type: 'acme', data: 1 }, 7];
    const world = ingestWorld();
    await world.post(body);
    const { told } = world.metrics;
    expect(told.reduce((sum, { value }) => sum + value, 0)).toBe(body.length);
    expect(JSON.stringify(told)).not.toMatch(/acme|local/);
  });

  it('of a replay is no time since the event came in, of which no consumer has any part', async () => {
    expect(await consumed(succeeds, { replay: 1 })).not.toHaveProperty([`TimeToSettle ${type}`]);
  });

  it('of open failures is none while MongoDB is silent, and a fault is thrown', async () => {
    expect(await counted(() => Promise.reject(new DependencyError('mongodb', 'silent')))).toEqual({});
    await expect(counted(() => Promise.reject(new TypeError('broken')))).rejects.toThrow('broken');
  });

  it('has a name that no dimension has, or CloudWatch would take one for the other', () => {
    const dimensions = ['service', 'stage', ...Object.values(METRICS).map(({ by }) => by)];
    for (const name of Object.keys(METRICS)) expect(dimensions).not.toContain(name);
  });
});
