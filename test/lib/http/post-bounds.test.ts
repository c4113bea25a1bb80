import { expect, test } from 'vitest';
import { keyOf } from '../../support/api-gateway.ts';
import { ingestWorld } from '../../support/ingest-world.ts';

const sender = (bounds: { types?: string[]; sources?: string[] }) => keyOf('local', 'events:write', 'k', bounds);
const parcel = { type: 'parcel.sent', data: { parcel: 'p-1' } };

test('a key sends within its bounds', async () => {
  const { post, queue } = ingestWorld();
  const sent = sender({ types: ['parcel.sent'], sources: ['/tenants/local', '/depot'] });
  expect((await post(parcel, {}, sent)).status).toBe(202);
  expect((await post({ ...parcel, source: '/depot' }, {}, sent)).status).toBe(202);
  expect(queue.published).toHaveLength(2);
});

test.each([
  ['another type', { types: ['parcel.moved'] }, parcel, 'type-not-allowed', '#/type'],
  ['a type that is not there', { types: ['parcel.moved'] }, { ...parcel, type: 'parcel.sen' }, 'type-not-allowed'],
  ['another source', { sources: ['/depot'] }, { ...parcel, source: '/shop' }, 'source-not-allowed', '#/source'],
  ['the default source', { sources: ['/depot'] }, parcel, 'source-not-allowed', '#/source'],
])('%s is 403, and claims no id', async (_, bounds, event, code, pointer = '#/type') => {
  const world = ingestWorld();
  const answer = await world.post({ ...event, id: 'e' }, {}, sender(bounds));
  expect(answer).toMatchObject({ status: 403, body: { code, retryable: false, errors: [{ pointer }] } });
  expect(answer.body).not.toHaveProperty('suggestions');
  expect(world.queue.published).toEqual([]);
  expect(await world.claims.read(world.key('e'))).toBeNull();
  expect((await world.post({ ...parcel, id: 'e' })).status).toBe(202);
});

test('in an array it is that event’s problem alone', async () => {
  const { post, messages } = ingestWorld();
  const sent = sender({ types: ['parcel.sent'], sources: ['/tenants/local'] });
  const events = [parcel, { type: 'anything.happened', data: {}, id: 'e-2' }, { ...parcel, source: '/shop' }];
  expect(await post(events, {}, sent)).toMatchObject({
    status: 207,
    body: {
      accepted: 1,
      refused: 2,
      results: [
        { index: 0, status: 'accepted' },
        { index: 1, id: 'e-2', problem: { status: 403, code: 'type-not-allowed' } },
        { index: 2, problem: { status: 403, code: 'source-not-allowed' } },
      ],
    },
  });
  expect(messages()).toHaveLength(1);
  expect((await post(events.slice(1), {}, sent)).status).toBe(403);
});

test('what is malformed is said first, whatever the key is for', async () => {
  const { post } = ingestWorld();
  const answer = await post({ type: 'parcel.sent', id: '', data: {} }, {}, sender({ types: ['parcel.moved'] }));
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-event' } });
});
