import { expect, test } from 'vitest';
import { createClient } from '../../client/client.ts';
import type orderPlaced from '../../functions/events/order.placed.ts';
import type pageViewed from '../../functions/events/page.viewed.ts';
import { scriptedServer } from '../support/http-server.ts';

test('a client that was told the definitions knows the types and their data', async () => {
  await using server = await scriptedServer(() => ({ status: 202, body: { id: 'a', status: 'accepted' } }));
  const client = createClient<typeof orderPlaced | typeof pageViewed>({ baseUrl: server.url });

  await client.send({ type: 'page.viewed', data: { page: '/', visitorId: 'v-12345678' }, extensions: { tab: 1 } });
  // @ts-expect-error no such event type
  await client.send({ type: 'page.closed', data: { page: '/', visitorId: 'v-12345678' } });
  // @ts-expect-error a field is missing
  await client.send({ type: 'page.viewed', data: { page: '/' } });
  // @ts-expect-error the data of another type
  await client.send({ type: 'order.placed', data: { page: '/', visitorId: 'v-12345678' } });
  // @ts-expect-error an unknown attribute
  await client.send({ type: 'page.viewed', data: { page: '/', visitorId: 'v-12345678' }, tab: 1 });
  expect(server.requests).toHaveLength(5);
});

test('a client that was not told the definitions sends any event', async () => {
  await using server = await scriptedServer(() => ({ status: 202, body: { id: 'a', status: 'accepted' } }));
  await createClient({ baseUrl: server.url }).send({ type: 'page.closed', data: 1 });
  // @ts-expect-error data is required
  await createClient({ baseUrl: server.url }).send({ type: 'page.closed' });
  expect(server.requests).toHaveLength(2);
});
