import { expect, test } from 'vitest';
import { routerOf } from '../../../../local/stack/gateway/router.ts';

const route = routerOf(['GET /failures/{id}', 'GET /failures/groups', 'POST /failures/{id}/replay', 'POST /events']);

test.each([
  ['POST', '/events', 'POST /events', {}],
  ['POST', '/event%73', 'POST /events', {}],
  ['GET', '/failures/groups', 'GET /failures/groups', {}],
  ['GET', '/failures/a%20b', 'GET /failures/{id}', { id: 'a b' }],
  ['POST', '/failures/groups/replay', 'POST /failures/{id}/replay', { id: 'groups' }],
  ['POST', '/failures/constructor/replay', 'POST /failures/{id}/replay', { id: 'constructor' }],
])('%s %s is %s', (method, path, routeKey, pathParameters) => {
  expect(route(method, path)).toEqual({ routeKey, pathParameters });
});

test.each([
  ['GET', '/events'],
  ['get', '/failures/a'],
  ['POST', '/events/'],
  ['POST', '//events'],
  ['POST', '/Events'],
  ['GET', '/failures/'],
  ['GET', '/failures/a/b'],
  ['POST', '/%zz'],
  ['POST', '*'],
])('%s %s has no route', (method, path) => {
  expect(route(method, path)).toBeUndefined();
});

test('a parameter that cannot be decoded is malformed', () => {
  expect(route('GET', '/failures/%zz')).toBe('malformed');
});

test('a parameter of several segments is refused at the start', () => {
  expect(() => routerOf(['GET /{proxy+}'])).toThrow('GET /{proxy+}');
});
