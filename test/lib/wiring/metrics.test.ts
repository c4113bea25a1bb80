import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { METRICS, type MetricName } from '../../../lib/core/metrics.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { authorizerHandler } from '../../../lib/wiring/authorizer-handler.ts';
import { authorizer } from '../../../lib/wiring/functions/authorizer.ts';
import { consume } from '../../../lib/wiring/functions/consume.ts';
import { countFailures } from '../../../lib/wiring/functions/count-failures.ts';
import { health } from '../../../lib/wiring/functions/health.ts';
import { httpHandler } from '../../../lib/wiring/http-handler.ts';
import { createMetrics } from '../../../lib/wiring/metrics.ts';
import { queueHandler } from '../../../lib/wiring/queue-handler.ts';
import { scheduledHandler } from '../../../lib/wiring/scheduled-handler.ts';
import { call, gatewayEvent } from '../../support/api-gateway.ts';

interface Directive {
  Namespace: string;
  Dimensions: string[][];
  Metrics: { Name: string; Unit: string }[];
}
interface Line extends Record<string, unknown> {
  _aws: { Timestamp: number; CloudWatchMetrics: Directive[] };
}

const environment = {
  ...{ SERVICE: 'sluice', STAGE: 'prod', EVENT_TYPE: 'a.b', EVENT_TYPES: 'a.b', WITHOUT_TLS: 'mongodb,redis' },
  ...{ QUEUE_URL_PREFIX: 'https://sqs.example/', REDIS_URL: 'redis://example/', MONGODB_URI: 'mongodb://example/' },
  ...{ POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'false' },
};

describe('what a function tells', () => {
  const lines: Line[] = [];
  const said: unknown[][] = [];
  const say = (...line: unknown[]) => void said.push(line);
  const log: Log = { debug: say, info: say, warn: say, error: say };
  beforeEach(() => {
    lines.length = 0;
    said.length = 0;
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(JSON.parse(String(line))) > 0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  /** Of a process whose first invocation is over. */
  async function warm() {
    const metrics = createMetrics('consume', log);
    await metrics.during(async () => undefined);
    lines.length = 0;
    return metrics;
  }

  it('is written at the end of the invocation: a line for each type, whose dimensions are service, stage and that', async () => {
    const metrics = await warm();
    await metrics.during(async () => {
      for (const type of ['a.b', 'c.d']) metrics.add('BatchSize', type, 3);
      metrics.add('Attempts', 'a.b', 1);
      metrics.add('Attempts', 'a.b', 2);
      expect(lines).toEqual([]);
    });
    const names = { service: 'sluice', stage: 'prod' };
    expect(lines).toMatchObject([
      { ...names, type: 'a.b', BatchSize: 3, Attempts: [1, 2] },
      { ...names, type: 'c.d', BatchSize: 3 },
    ]);
    expect(lines[0]?._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: 'Sluice',
        Dimensions: [['service', 'stage', 'type']],
        Metrics: [
          { Name: 'BatchSize', Unit: 'Count' },
          { Name: 'Attempts', Unit: 'Count' },
        ],
      },
    ]);
    await metrics.during(async () => undefined);
    expect(lines).toHaveLength(2);
  });

  it('has for every metric the unit and the dimension of the table, and no other', async () => {
    const metrics = await warm();
    await metrics.during(async () => {
      for (const name of Object.keys(METRICS) as MetricName[]) metrics.add(name, 'invalid-data', 1);
    });
    const told = lines.flatMap(({ _aws, ...members }) =>
      _aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
        Metrics.map(({ Name, Unit }) => ({ Name, Unit, dimensions: Dimensions, value: members[Name] })),
      ),
    );
    const wanted = Object.entries(METRICS).map(([Name, { unit, by, ...more }]) => {
      const all = 'ofAll' in more ? [['service', 'stage']] : [];
      return { Name, Unit: unit, dimensions: [['service', 'stage', by], ...all], value: 1 };
    });
    const sorted = (all: readonly { Name: string }[]) => all.toSorted((a, b) => (a.Name < b.Name ? -1 : 1));
    expect(sorted(told)).toEqual(sorted(wanted));
  });

  it('is of all types together as well where it says so, whenever it is told', async () => {
    const metrics = await warm();
    const own = ['service', 'stage', 'type'];
    for (let time = 0; time < 2; time++) {
      lines.length = 0;
      await metrics.during(async () => {
        for (const name of ['Accepted', 'IngestTime', 'Succeeded'] as const) metrics.add(name, 'a.b', 1);
      });
      const told = lines.map(({ _aws }) => _aws.CloudWatchMetrics.map(({ Dimensions }) => Dimensions));
      expect(told).toEqual([[[own, ['service', 'stage']]], [[own]]]);
      expect(lines).toMatchObject([
        { type: 'a.b', Accepted: 1, IngestTime: 1 },
        { type: 'a.b', Succeeded: 1 },
      ]);
    }
  });

  it('is written when the invocation throws, too, which throws what it threw', async () => {
    const metrics = await warm();
    const broken = metrics.during(async () => {
      metrics.add('BatchSize', 'a.b', 1);
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(lines).toMatchObject([{ BatchSize: 1 }]);
  });

  it('is bounded: a line has 100 values of a metric at most, and no value is lost', async () => {
    const metrics = await warm();
    await metrics.during(async () => {
      for (let value = 0; value < 1050; value++) metrics.add('WaitingSeconds', 'a.b', value);
      for (let type = 0; type < 1200; type++) metrics.add('BatchSize', `a.b${type}`, 1);
    });
    const values = lines.flatMap((line) => line.WaitingSeconds ?? []);
    expect(values).toEqual(Array.from({ length: 1050 }, (_, value) => value));
    for (const line of lines) {
      expect(JSON.stringify(line).length).toBeLessThan(2000);
      expect(line._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([['service', 'stage', 'type']]);
      expect(line.type).toMatch(/^a\.b/);
    }
    expect(lines.filter((line) => line.BatchSize === 1)).toHaveLength(1200);
  });

  it('is nothing where metrics are turned off', async () => {
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
    await createMetrics('consume', log).during(async () => undefined);
    expect(lines).toEqual([]);
    expect(said).toEqual([]);
  });

  it('never throws: of what cannot be told the log says so, and the work goes on', async () => {
    const metrics = await warm();
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) metrics.add('BatchSize', 'a.b', value);
    expect(said).toMatchObject(Array(2).fill(['metrics are lost', { error: { name: 'RangeError' } }]));
    vi.spyOn(process.stdout, 'write').mockImplementation(() => {
      throw new Error('closed');
    });
    metrics.add('BatchSize', 'a.b', 1);
    expect(await metrics.during(async () => 'answer')).toBe('answer');
    vi.stubEnv('SERVICE', undefined);
    expect(await createMetrics('consume', log).during(async () => 'answer')).toBe('answer');
    expect(said.at(-1)).toMatchObject(['metrics are lost', { error: { code: 'invalid-config' } }]);
  });

  const context = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 1000 };
  const handlers = {
    http: () => {
      const handler = httpHandler(health, (_config, _log, metrics) => ({
        handlers: {
          'GET /health': async () => {
            metrics.add('BatchSize', 'a.b', 1);
            return { status: 200, body: {} };
          },
        },
        limits: 'none',
      }));
      return call(handler, { method: 'GET', path: '/health' });
    },
    queue: () =>
      queueHandler(consume, (_config, _log, metrics) => async () => {
        metrics.add('BatchSize', 'a.b', 1);
        return { batchItemFailures: [] };
      })({ Records: [] }, context as never),
    authorizer: () =>
      authorizerHandler(authorizer, (_config, _log, metrics) => async () => {
        metrics.add('BatchSize', 'a.b', 1);
        return { isAuthorized: false };
      })(gatewayEvent({}) as never, context as never),
    scheduled: () =>
      scheduledHandler(countFailures, (_config, _log, metrics) => async () => metrics.add('BatchSize', 'a.b', 1))(
        {},
        context as never,
      ),
  };
  it.each(Object.entries(handlers))('of each kind is written when it has answered: %s', async (_, invoke) => {
    await invoke();
    expect(lines).toMatchObject([{ BatchSize: 1 }, { ColdStarts: 1 }]);
  });
});
