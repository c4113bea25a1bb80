import { afterAll, describe, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import pageViewed, { withoutTrailingSlash } from '../../../functions/events/page.viewed.ts';
import { schemaCases } from '../../support/schema-cases.ts';

schemaCases(pageViewed, {
  accepted: [
    ['no referrer', { referrer: undefined }],
    ['the home page', { page: '/' }],
    ['a page of any script', { page: '/produkte/lämpchen' }],
  ],
  refused: [
    ['a page with a query', { page: '/search?q=lamp' }],
    ['a page with a fragment', { page: '/cart#pay' }],
    ['a page with a host', { page: 'https://shop.example.com/' }],
    ['a page with a space', { page: '/a b' }],
    ['a page without end', { page: `/${'a'.repeat(512)}` }],
    ['a visitor id that is too short to be random', { visitorId: 'v-1' }],
    ['an e-mail address for a visitor', { visitorId: 'ada@example.com' }],
    ['a whole address for a referrer', { referrer: 'https://www.example.org/secret' }],
  ],
});

test.each([
  ['/', '/'],
  ['/a', '/a'],
  ['/a/', '/a'],
  ['/a//', '/a'],
  ['/a/b', '/a/b'],
])('%s is counted as %s', (page, expected) => {
  expect(withoutTrailingSlash(page)).toBe(expected);
});

const world = testing([pageViewed]);
afterAll(world.close);
const view = (page: string, visitorId: string, recordedtime = '2026-11-23T12:00:00.000Z') => ({
  data: { page, visitorId },
  recordedtime,
});

describe('page views', () => {
  test('become one roll-up per day and page, however they come in batches', async () => {
    const shop = world.tenant();
    await shop.handleBatch(pageViewed, [
      view('/b', 'visitor-1', '2026-11-23T12:00:05.000Z'),
      view('/a', 'visitor-1', '2026-11-23T12:00:03.000Z'),
      view('/b/', 'visitor-2', '2026-11-23T12:00:01.000Z'),
      view('/b', 'visitor-1', '2026-11-24T00:00:00.000Z'),
    ]);
    await shop.handleBatch(pageViewed, [view('/b', 'visitor-3', '2026-11-23T11:00:00.000Z')]);
    const [first, second, third] = (await shop.find('pageDays', { sort: 'views' })).toSorted((one, other) =>
      `${one.day}${one.page}` < `${other.day}${other.page}` ? -1 : 1,
    );
    expect(first).toMatchObject({ day: '2026-11-23', page: '/a', views: 1 });
    expect(second).toEqual({
      day: '2026-11-23',
      page: '/b',
      views: 3,
      firstViewedAt: new Date('2026-11-23T11:00:00Z'),
      lastViewedAt: new Date('2026-11-23T12:00:05Z'),
    });
    expect(third).toMatchObject({ day: '2026-11-24', page: '/b', views: 1 });
  });

  test('are counted for each event on its own, so that each counts once whatever batch it comes in', async () => {
    const shop = world.tenant();
    const batch = [view('/a/', 'visitor-1'), view('/b', 'visitor-2'), view('/b', 'visitor-1')];
    const succeeded = { outcome: 'succeeded', result: undefined };
    expect(await shop.handleBatch(pageViewed, batch)).toEqual([succeeded, succeeded, succeeded]);
    expect(await shop.redis.hash('page-views', '2026-11-23')).toEqual({ '/a': 1, '/b': 2 });
    expect(await shop.redis.hyperloglog('unique-visitors', '2026-11-23')).toBe(2);
  });

  test('of six batches at once all are counted', async () => {
    const shop = world.tenant();
    const batch = ['/a', '/b', '/c'].map((page) => view(page, 'visitor-1'));
    const all = await Promise.all(Array.from({ length: 6 }, () => shop.handleBatch(pageViewed, batch)));
    const settled = all.filter(([handled]) => handled?.outcome === 'succeeded').length;
    expect(settled).toBeGreaterThan(0);
    expect((await shop.find('pageDays', { sort: 'page' })).map(({ views }) => views)).toEqual([
      settled,
      settled,
      settled,
    ]);
  });
});
