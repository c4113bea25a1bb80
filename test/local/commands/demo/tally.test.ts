import { describe, expect, test } from 'vitest';
import type { Observed } from '../../../../local/commands/demo/drive.ts';
import { daysSince, expectedEffects } from '../../../../local/commands/demo/effects.ts';
import { makeJourneys } from '../../../../local/commands/demo/journeys.ts';
import { type Expectation, failure, type Planned, rejection, single } from '../../../../local/commands/demo/plan.ts';
import { differences, printed } from '../../../../local/commands/demo/report.ts';
import type { Seen } from '../../../../local/commands/demo/send.ts';
import {
  expected,
  latencies,
  observed,
  percentile,
  plannedIn,
  surprises,
} from '../../../../local/commands/demo/tally.ts';

const succeeds: Expectation = { answer: 'accepted', outcome: 'succeeded' };
const planned = (id: string, expect: Expectation, type = 'order.placed'): Planned => ({
  event: { id, type, data: {}, time: '2026-11-23T12:00:00Z' },
  expect,
});
const seen = (one: Planned, answer: Seen['answer'], more: Partial<Seen> = {}): Seen => ({
  planned: one,
  answer,
  ...more,
});
const run = (list: Seen[], outcomes: [string, 'succeeded' | 'rejected' | 'failed', string?][] = []): Observed => ({
  seen: list,
  outcomes: new Map(outcomes.map(([id, status, reason]) => [id, { status, reason }])),
});

describe('what the demo sends', () => {
  const journeys = makeJourneys();
  const all = plannedIn(journeys);

  test('is at least a thousand events of all five types and of one that does not exist', () => {
    expect(all.length).toBeGreaterThanOrEqual(1000);
    expect([...expected(journeys).keys()].sort()).toEqual([
      'error.reported',
      'order.placed',
      'order.status.changed',
      'page.closed',
      'page.viewed',
      'user.registered',
    ]);
  });

  test('travels in every mode, and has every fate', () => {
    expect(new Set(journeys.flat().map(({ mode }) => mode))).toEqual(
      new Set(['single', 'array', 'structured', 'binary', 'batch']),
    );
    const fates = all.map(({ expect: fate }) => ('outcome' in fate ? fate.outcome : fate.answer));
    expect(new Set(fates)).toEqual(new Set(['succeeded', 'rejected', 'failed', 'duplicate', 'refused']));
  });

  test('repeats only what was sent before in the same journey', () => {
    for (const journey of journeys) {
      const before = new Set<string>();
      for (const { event, expect: fate } of journey.flatMap(({ events }) => events)) {
        if (fate.answer === 'duplicate') expect(before).toContain(event.id);
        before.add(event.id);
      }
    }
  });

  test('must leave as many documents and counts behind as succeed', () => {
    const table = expected(journeys);
    const effects = expectedEffects(journeys);
    expect(effects['orders (MongoDB)']).toBe(table.get('order.placed')?.succeeded);
    expect(effects['page views (Redis)']).toBe(table.get('page.viewed')?.succeeded);
    expect(effects['open failures (GET /failures)']).toBe(table.get('order.placed')?.failed);
    expect(effects['pieces off stock (MongoDB)']).toBeLessThan(effects['pieces sold (Redis)'] ?? 0);
  });
});

describe('what became of it', () => {
  const journeys = [
    [single(planned('a', succeeds)), single(planned('a', { answer: 'duplicate' }))],
    [single(planned('b', rejection('out-of-stock'))), single(planned('c', failure))],
    [single(planned('d', { answer: 'refused', code: 'unknown-type' }, 'page.closed'))],
  ];
  const [a, a2, b, c, d] = plannedIn(journeys) as [Planned, Planned, Planned, Planned, Planned];
  const right = run(
    [
      seen(a, 'accepted'),
      seen(a2, 'duplicate', { status: 'succeeded' }),
      seen(b, 'accepted'),
      seen(c, 'accepted'),
      seen(d, 'refused', { code: 'unknown-type' }),
    ],
    [
      ['a', 'succeeded'],
      ['b', 'rejected', 'out-of-stock'],
      ['c', 'failed'],
    ],
  );

  test('is right where every event became what it had to become', () => {
    expect(observed(right)).toEqual(expected(journeys));
    expect(surprises(right)).toEqual([]);
    expect(differences(expected(journeys), observed(right), { stock: 1 }, { stock: 1 })).toEqual([]);
  });

  test.each<[string, Seen, [string, 'succeeded' | 'rejected' | 'failed', string?][], string]>([
    ['an event without an outcome', seen(a, 'accepted'), [], 'accepted not settled instead of accepted succeeded'],
    ['another outcome', seen(a, 'accepted'), [['a', 'failed']], 'accepted failed instead of accepted succeeded'],
    [
      'another reason',
      seen(b, 'accepted'),
      [['b', 'rejected', 'mood']],
      'rejected mood instead of accepted rejected out-of-stock',
    ],
    [
      'a duplicate that was taken for new',
      seen(a2, 'accepted'),
      [['a', 'succeeded']],
      'accepted succeeded instead of duplicate',
    ],
    [
      'another refusal',
      seen(d, 'refused', { code: 'invalid-data' }),
      [],
      'refused invalid-data instead of refused unknown-type',
    ],
    [
      'a refusal of what is valid',
      seen(a, 'refused', { code: 'rate-limited' }),
      [],
      'refused rate-limited instead of accepted',
    ],
  ])('%s is told', (_, one, outcomes, message) => {
    expect(surprises(run([one], outcomes))).toEqual([expect.stringContaining(message)]);
  });

  test('a cell or an effect that is off is told with both numbers', () => {
    const got = observed(run([seen(a, 'accepted'), seen(a2, 'accepted')], [['a', 'succeeded']]));
    const wanted = expected([journeys[0] ?? []]);
    expect(differences(wanted, got, { stock: 3, users: 1 }, { stock: 4, users: 1 })).toEqual([
      'order.placed: 2 accepted instead of 1',
      'order.placed: 0 duplicate instead of 1',
      'order.placed: 2 succeeded instead of 1',
      'stock: 4 instead of 3',
    ]);
  });

  test('only an estimate may be off, and only a little', () => {
    const off = (visitors: number) =>
      differences(new Map(), new Map(), { 'unique visitors (Redis)': 100 }, { 'unique visitors (Redis)': visitors });
    expect(off(102)).toEqual([]);
    expect(off(110)).toEqual(['unique visitors (Redis): 110 instead of 100']);
  });

  test('a report names what is wrong, and no more than a screen of it', () => {
    const base = { seconds: 1, events: 3, types: {}, effects: { users: 1 }, topProducts: [] };
    expect(printed({ ...base, ok: true, differences: [] })).toContain('All 3 events became what they had to become');
    const wrong = Array.from({ length: 25 }, (_, index) => `fault ${index}`);
    const text = printed({ ...base, ok: false, differences: wrong });
    expect(text).toContain('fault 0');
    expect(text).not.toContain('fault 20');
    expect(text).toContain('and 5 more');
  });
});

test('latency is of those that waited, by nearest rank', () => {
  const times = Array.from({ length: 100 }, (_, index) =>
    seen(planned(`${index}`, succeeds), 'accepted', { ms: 100 - index }),
  );
  const silent = seen(planned('x', succeeds), 'accepted');
  expect(latencies(run([...times, silent])).get('order.placed')).toEqual({ measured: 100, p50: 50, p99: 99 });
  expect(percentile([7], 99)).toBe(7);
});

test('a run over midnight reads both days', () => {
  const start = Date.parse('2026-11-23T23:59:50Z');
  expect(daysSince(start, start)).toEqual(['2026-11-23']);
  expect(daysSince(start, start + 20_000)).toEqual(['2026-11-23', '2026-11-24']);
});
