import { expect, test } from 'vitest';
import { daysSince, effectsReader, expectedEffects } from '../../../examples/shop/effects.ts';
import { example } from '../../../examples/shop/journeys.ts';
import { plannedIn } from '../../../local/commands/demo/plan.ts';
import { expected } from '../../../local/commands/demo/tally.ts';

const journeys = example.journeys();
const all = plannedIn(journeys);

test('hundreds of events of all five types, and of one that does not exist', () => {
  expect(all.length).toBeGreaterThanOrEqual(500);
  expect([...expected(all).keys()].sort()).toEqual([...example.types, 'page.closed'].sort());
});

test('they travel in every mode, and have every fate', () => {
  expect(new Set(journeys.flat().map(({ mode }) => mode))).toEqual(
    new Set(['single', 'array', 'structured', 'binary', 'batch']),
  );
  const fates = all.map(({ expect: fate }) => ('outcome' in fate ? fate.outcome : fate.answer));
  expect(new Set(fates)).toEqual(new Set(['succeeded', 'rejected', 'failed', 'duplicate', 'refused']));
});

test('only what was sent before in the same journey is repeated', () => {
  for (const journey of journeys) {
    const before = new Set<string>();
    for (const { event, expect: fate } of journey.flatMap(({ events }) => events)) {
      if (fate.answer === 'duplicate') expect(before).toContain(event.id);
      before.add(event.id);
    }
  }
});

test('as many documents and counts must be left behind as events succeed', () => {
  const table = expected(all);
  const effects = expectedEffects(all);
  expect(effects['orders (MongoDB)']).toBe(table.get('order.placed')?.succeeded);
  expect(effects['page views (Redis)']).toBe(table.get('page.viewed')?.succeeded);
  expect(effects['open failures (GET /failures)']).toBe(table.get('order.placed')?.failed);
  expect(effects['pieces off stock (MongoDB)']).toBeLessThan(effects['pieces sold (Redis)'] ?? 0);
  expect(example.effects).toMatchObject({ expected: expectedEffects, reader: effectsReader });
});

test('the story has another order each time, and one that fails until its lines are mended', () => {
  const orders = [1, 2].map(() => example.story?.fresh().event.data);
  expect(orders[0]).not.toEqual(orders[1]);
  expect(example.story?.broken?.()).toMatchObject({
    event: { event: { data: { lines: [{ sku: 'gift-card' }] } }, expect: { outcome: 'failed' } },
    mended: { lines: [{ sku: 'desk-lamp' }] },
  });
});

test('a run over midnight reads both days', () => {
  const start = Date.parse('2026-11-23T23:59:50Z');
  expect(daysSince(start, start)).toEqual(['2026-11-23']);
  expect(daysSince(start, start + 20_000)).toEqual(['2026-11-23', '2026-11-24']);
});
