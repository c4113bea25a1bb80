import { afterEach, describe, expect, it, vi } from 'vitest';
import { DependencyError } from '../../lib/core/errors.ts';
import { METRICS } from '../../lib/core/metrics.ts';
import { ingestWorld } from '../support/ingest-world.ts';
import { consumed, counted, parcel, succeeds, type } from '../support/told-by.ts';
import { ways } from '../support/ways-of-metrics.ts';

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
    const events = told.filter(({ name }) => METRICS[name].unit === 'Count');
    expect(events.reduce((sum, { value }) => sum + value, 0)).toBe(body.length);
    expect(JSON.stringify(told)).not.toMatch(/acme|local/);
  });

  it('of ingest has no part of what a client waits for', async () => {
    const world = ingestWorld();
    const { clock, results } = world;
    const before = clock.now();
    results.wait = async () => {
      clock.advance(20_000);
      return null;
    };
    await world.post(parcel, { prefer: 'wait=20' });
    expect(clock.now() - before).toBe(20_000);
    expect(world.metrics.values()).toMatchObject({ 'IngestTime parcel.sent': [0] });
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
