import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Identity, localIdentity } from '../../../../lib/core/access/identity.ts';
import { catalogueOf } from '../../../../lib/core/catalogue.ts';
import { getDocuments } from '../../../../lib/http/api-documents/documents.ts';
import { readRequest } from '../../../../lib/http/request.ts';
import { free } from '../../../../lib/limits/charge.ts';
import { defineEvent } from '../../../../lib/sdk/define-event.ts';
import { secret } from '../../../../lib/sdk/settings.ts';
import { httpFunctions } from '../../../../lib/wiring/functions/http-functions.ts';
import { gatewayEvent } from '../../../support/api-gateway.ts';
import { catalogueOfTypes, definitionOf } from '../../../support/definitions.ts';

const documentsOf = (types: string[], catalogue = catalogueOfTypes(types)) => {
  const queueUrlPrefix = 'http://127.0.0.1:4566/000000000000/sluice-local-';
  const handlers = getDocuments(catalogue, { stage: 'local', queueUrlPrefix, functions: httpFunctions });
  return (route: keyof typeof handlers, ifNoneMatch?: string, identity: Identity = localIdentity) => {
    const headers = ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch };
    return handlers[route](readRequest(gatewayEvent({ method: 'GET', headers })), identity, free);
  };
};
const answer = documentsOf(['parcel.sent', 'parcel.moved.ordered']);
const routes = ['GET /event-types', 'GET /openapi.json', 'GET /asyncapi.json'] as const;

describe('the documents of the catalogue', () => {
  it('lists every event type with its schema, example and whether it is ordered', async () => {
    expect((await answer('GET /event-types')).body).toEqual({
      items: [
        {
          type: 'parcel.moved.ordered',
          summary: 'Something about parcel.moved.ordered',
          schema: expect.objectContaining({ type: 'object', required: ['name'], additionalProperties: false }),
          example: { name: 'a' },
          ordered: true,
        },
        expect.objectContaining({ type: 'parcel.sent', ordered: false }),
      ],
    });
  });

  it.each(routes)('answers %s with an ETag, and 304 to who has it', async (route) => {
    const first = await answer(route);
    const etag = first.headers?.etag ?? '';
    expect(first).toMatchObject({ status: 200, headers: { 'cache-control': 'private, max-age=300' } });
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      expect(await answer(route, tags)).toEqual({ status: 304, headers: first.headers });
    }
    expect((await answer(route, '"other"')).status).toBe(200);
  });

  it.each(routes)('names in %s only types that the key is for', async (route) => {
    const bound: Identity = { ...localIdentity, types: ['parcel.sent', 'gone.type'] };
    const shown = await answer(route, undefined, bound);
    expect(shown.body).toEqual((await documentsOf(['parcel.sent'])(route)).body);
    expect(JSON.stringify(shown.body)).not.toContain('parcel.moved');
    const ofAll = await answer(route);
    expect(ofAll.headers?.etag).not.toBe(shown.headers?.etag);
    expect((await answer(route, ofAll.headers?.etag, bound)).status).toBe(200);
    expect((await answer(route, shown.headers?.etag, bound)).status).toBe(304);
    expect(shown.headers?.vary).toBe('authorization');
    expect(JSON.stringify((await answer(route)).body)).toContain('parcel.moved');
  });

  it('gives another ETag when a type is added', async () => {
    const more = documentsOf(['parcel.sent', 'parcel.moved.ordered', 'parcel.paid']);
    for (const route of routes) {
      expect((await more(route)).headers?.etag).not.toBe((await answer(route)).headers?.etag);
    }
  });

  it.each(routes)('says in %s nothing of settings and permissions', async (route) => {
    const plain = catalogueOf([defineEvent(definitionOf('parcel.sent'))]);
    const permissions = [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::invoices/*'] }];
    const env = { PARTNER_KEY: secret(), PARTNER_URL: z.url() };
    const asking = catalogueOf([defineEvent({ ...definitionOf('parcel.sent'), env, permissions })]);
    expect((await documentsOf([], asking)(route)).body).toEqual((await documentsOf([], plain)(route)).body);
  });
});
