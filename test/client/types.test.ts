import { expect, test } from 'vitest';
import { createClient } from '../../client/client.ts';
import type jobRun from '../support/events/job.run.ts';
import type sampleTaken from '../support/events/sample.taken.ts';
import { scriptedServer } from '../support/http-server.ts';

test('a client that was told the definitions knows the types and their data', async () => {
  await using server = await scriptedServer(() => ({ status: 202, body: { id: 'a', status: 'accepted' } }));
  const client = createClient<typeof jobRun | typeof sampleTaken>({ baseUrl: server.url });

  await client.send({ type: 'sample.taken', data: { series: 'a', probe: 'p' }, extensions: { tab: 1 } });
  // @ts-expect-error no such event type
  await client.send({ type: 'sample.lost', data: { series: 'a', probe: 'p' } });
  // @ts-expect-error a field is missing
  await client.send({ type: 'sample.taken', data: { series: 'a' } });
  // @ts-expect-error the data of another type
  await client.send({ type: 'job.run', data: { series: 'a', probe: 'p' } });
  // @ts-expect-error an unknown attribute
  await client.send({ type: 'sample.taken', data: { series: 'a', probe: 'p' }, tab: 1 });
  expect(server.requests).toHaveLength(5);
});

test('what is optional may be undefined, as what is read of an environment is', async () => {
  await using server = await scriptedServer(() => ({ status: 202, body: { id: 'a', status: 'accepted' } }));
  const unset: string | undefined = process.env.SLUICE_NO_SUCH_VARIABLE;
  const client = createClient({ baseUrl: server.url, token: unset, retries: undefined, timeoutMs: undefined });
  await client.send({ type: 'sample.lost', data: 1, id: unset, subject: unset }, { signal: undefined });
  await client.get('a', { source: unset });
  const seconds: number | undefined = unset?.length;
  await client.send({ type: 'sample.lost', data: 1 }, { wait: seconds });
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(undefined));
  expect(Object.keys(JSON.parse(server.requests[0]?.body ?? ''))).toEqual(['type', 'data', 'id']);
});

test('a client that was not told the definitions sends any event', async () => {
  await using server = await scriptedServer(() => ({ status: 202, body: { id: 'a', status: 'accepted' } }));
  await createClient({ baseUrl: server.url }).send({ type: 'sample.lost', data: 1 });
  // @ts-expect-error data is required
  await createClient({ baseUrl: server.url }).send({ type: 'sample.lost' });
  expect(server.requests).toHaveLength(2);
});

test('an event that is read has what the API says of it', async () => {
  const links = { self: '/events/a', failure: '/failures/f' };
  const body = { id: 'a', status: 'failed', dataschema: 'urn:a', links };
  await using server = await scriptedServer(() => ({ status: 200, body }));
  const event = await createClient({ baseUrl: server.url }).get('a');
  expect({ dataschema: event.dataschema, failure: event.links.failure }).toEqual({
    dataschema: 'urn:a',
    failure: '/failures/f',
  });
});
