import { describe, expect, it } from 'vitest';
import { contextOf } from '../../../lib/core/access/identity-context.ts';
import type { Scope } from '../../../lib/core/access/scopes.ts';
import { httpFunction } from '../../../lib/http/http-function.ts';
import { postEvents } from '../../../lib/http/post-events.ts';
import { allLoaded } from '../../support/all-loaded.ts';
import { call } from '../../support/api-gateway.ts';
import { catalogueOfTypes } from '../../support/definitions.ts';
import { ingestWorld } from '../../support/ingest-world.ts';
import { silentLog } from '../../support/log.ts';

const identity = { tenant: 'one', key: { id: 'k', name: 'k' }, scopes: ['operator'] satisfies Scope[] };
const data = { name: 'x' };

function world() {
  const { ports, ...others } = ingestWorld({ catalogue: allLoaded(catalogueOfTypes(['parcel.sent', 'parcel.lost'])) });
  const handler = httpFunction({
    routes: { 'POST /events': 'events:write' },
    handlers: async () => postEvents(ports),
    open: false,
    log: silentLog,
  });
  const send = (bounds: { types?: string[]; sources?: string[] }, body: unknown) =>
    call(handler, {
      method: 'POST',
      path: '/events',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      authorizer: contextOf({ ...identity, ...bounds }),
    });
  return { ...others, ports, send };
}

describe('a key that is bound', () => {
  it('sends events of its types alone, an operator too', async () => {
    const { send } = world();
    const types = ['parcel.sent'];
    expect((await send({ types }, { type: 'parcel.sent', data })).status).toBe(202);
    expect(await send({ types }, { type: 'parcel.lost', data })).toMatchObject({
      status: 403,
      body: { code: 'type-not-allowed', retryable: false },
    });
    // Whether there is such a type is nothing that it is told.
    expect(await send({ types }, { type: 'nobody.knows', data })).toMatchObject({ body: { code: 'type-not-allowed' } });
  });

  it('sends events of its sources alone, also where the source is the one that is filled in', async () => {
    const { send } = world();
    const sources = ['/till/1'];
    expect((await send({ sources }, { type: 'parcel.sent', source: '/till/1', data })).status).toBe(202);
    for (const source of ['/till/2', undefined])
      expect(await send({ sources }, { type: 'parcel.sent', source, data })).toMatchObject({
        status: 403,
        body: { code: 'source-not-allowed' },
      });
  });

  it('hears of each event of an array by itself, and claims nothing of what is refused', async () => {
    const { send, queue } = world();
    const answer = await send({ types: ['parcel.sent'] }, [
      { id: 'a', type: 'parcel.lost', data },
      { id: 'a', type: 'parcel.sent', data },
    ]);
    expect(answer.body).toMatchObject({
      results: [{ problem: { code: 'type-not-allowed' } }, { id: 'a', status: 'accepted' }],
    });
    expect(queue.published).toHaveLength(1);
  });
});
