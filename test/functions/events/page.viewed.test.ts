import { expect, test } from 'vitest';
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
