import { describe, expect, it } from 'vitest';
import { derive } from '../../../deploy/template.ts';
import { catalogueOfTypes } from '../../support/definitions.ts';
import { askedByPanels, bodyOf } from '../../support/watched-metrics.ts';

const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
const derived = (types: readonly string[], over: object = {}) =>
  derive({ service: 'sluice', stage: 'dev', origins: [], environment, ...over }, catalogueOfTypes(types));
async function dashboard(types: readonly string[], over: object = {}) {
  const { Dashboard } = (await derived(types, over)).resources.Resources;
  if (!Dashboard) throw new Error('there is no dashboard');
  return { name: Dashboard.Properties.DashboardName, body: bodyOf(Dashboard) };
}
const many = Array.from({ length: 40 }, (_, n) => `parcel.v${n}`);

describe('the dashboard of a stage', () => {
  it('is named after it, and is none on this machine', async () => {
    expect((await dashboard(['a.b'])).name).toBe('sluice-dev');
    expect((await derived(['a.b'], { stage: 'local' })).resources.Resources).not.toHaveProperty('Dashboard');
  });

  it('says what comes in, what becomes of it, how long it takes, what waits and what is wrong', async () => {
    const { body } = await dashboard(['a.b', 'c.e.ordered']);
    const shown = new Set(askedByPanels(body).map(({ name }) => name));
    for (const name of ['Accepted', 'Refused', 'Succeeded', 'IngestTime', 'WaitingSeconds', 'FailuresOpen'])
      expect(shown).toContain(name);
    for (const name of ['BreakerOpened', 'ReturnedForInfrastructure', 'Throttles', 'ApproximateAgeOfOldestMessage'])
      expect(shown).toContain(name);
    const text = JSON.stringify(body);
    for (const queue of ['sluice-dev-a-b', 'sluice-dev-c-e-ordered.fifo', 'sluice-dev-replays'])
      expect(text).toContain(`"${queue}"`);
  });

  it('has as many panels of metrics for forty types as for one, none of which covers another', async () => {
    const panelsOf = ({ body }: Awaited<ReturnType<typeof dashboard>>) =>
      body.widgets.filter(({ type }) => type === 'metric');
    const all = await dashboard(many);
    expect(panelsOf(all).length).toBe(panelsOf(await dashboard(['a.b'])).length);
    const { widgets } = all.body;
    for (const one of widgets)
      for (const other of widgets)
        if (one !== other)
          expect(
            one.x + one.width <= other.x ||
              other.x + other.width <= one.x ||
              one.y + one.height <= other.y ||
              other.y + other.height <= one.y,
          ).toBe(true);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });

  it('shows every alarm of the template by its name', async () => {
    const { Resources } = (await derived(many)).resources;
    const names = Object.values(Resources).flatMap(({ Type, Properties }) =>
      Type.startsWith('AWS::CloudWatch::') && 'AlarmName' in Properties ? [String(Properties.AlarmName)] : [],
    );
    const { body } = await dashboard(many);
    const shown = body.widgets.flatMap((one) => (one.type === 'alarm' ? one.properties.alarms : []));
    expect(shown.map((arn) => arn.split(':').at(-1)).toSorted()).toEqual(names.toSorted());
  });

  it('shows nodes of Redis where the stage names them', async () => {
    const evicted = async (over: object) =>
      askedByPanels((await dashboard(['a.b'], over)).body).some(({ name }) => name === 'Evictions');
    expect(await evicted({})).toBe(false);
    expect(await evicted({ servers: { redis: { cacheClusterIds: ['node-001'] } } })).toBe(true);
  });
});
