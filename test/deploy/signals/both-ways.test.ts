import { afterEach, describe, expect, it, vi } from 'vitest';
import { derive } from '../../../deploy/template.ts';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { isOfAll, METRICS, type MetricName, NAMESPACE } from '../../../lib/core/metrics.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { AWS_METRICS } from '../../support/aws-metrics.ts';
import { definitionOf } from '../../support/definitions.ts';
import { ordered, plain } from '../../support/service-definitions.ts';
import { type Asked, askedByAlarms, askedByPanels, bodyOf } from '../../support/watched-metrics.ts';
import { ways } from '../../support/ways-of-metrics.ts';

const given = {
  ...{ service: 'sluice', stage: 'dev', origins: [] },
  environment: { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' },
  servers: { redis: { cacheClusterIds: ['node-001', 'node-002'] } },
};
const patient = defineEvent({ ...definitionOf('parcel.sent'), alarms: { slowAfter: 7200 } });
const { Resources } = (await derive(given, catalogueOf([plain, ordered, patient]))).resources;
const dashboard = Resources.Dashboard;
if (!dashboard) throw new Error('there is no dashboard');
const asked: Asked[] = [...askedByAlarms(Resources), ...askedByPanels(bodyOf(dashboard))];
const own = asked.filter(({ namespace }) => namespace === NAMESPACE);

/** What nobody watches, and why it is told all the same. */
const forQueries: Partial<Record<MetricName, string>> = {
  Attempts: 'how many attempts a type takes, when its retries are thought over',
  BatchSize: 'whether batches fill, when batchSize and batchWindow are',
};

/** How a test has seen each metric told: by name, with what tells its values apart. */
async function seenTold(): Promise<Set<string>> {
  const seen = new Set<string>();
  for (const way of Object.values(ways).flat()) {
    for (const key of Object.keys(await way[0]())) seen.add(key.split(' ')[0] ?? '');
    vi.restoreAllMocks();
  }
  return seen;
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('metrics that alarms and panels ask for', () => {
  it('are told by code that this test sees telling them, or AWS has them in its own lists', async () => {
    const seen = await seenTold();
    expect(own.filter(({ name }) => !seen.has(name))).toEqual([]);
    const ofAws = asked.filter(({ namespace }) => namespace !== NAMESPACE);
    expect(ofAws.filter(({ namespace, name }) => !AWS_METRICS[namespace]?.names.includes(name))).toEqual([]);
    expect(new Set(asked.map(({ namespace }) => namespace)).size).toBe(Object.keys(AWS_METRICS).length + 1);
  });

  it('have the dimensions with which they are told, and no others', () => {
    const wrong = asked.filter(({ namespace, name, dimensions }) => {
      const aws = AWS_METRICS[namespace]?.dimensions;
      if (aws) return dimensions.join() !== aws.join();
      const { by } = METRICS[name as MetricName];
      const sets = [['service', 'stage', by], ...(isOfAll(name as MetricName) ? [['service', 'stage']] : [])];
      return !sets.some((set) => set.toSorted().join() === dimensions.join());
    });
    expect(wrong).toEqual([]);
  });
});

describe('each metric of Sluice', () => {
  it.each(Object.keys(METRICS) as MetricName[])('%s is looked at by an alarm or a panel, or is for queries', (name) => {
    expect(own.some((one) => one.name === name)).toBe(!(name in forQueries));
  });
});
