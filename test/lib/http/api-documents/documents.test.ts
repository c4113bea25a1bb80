import { describe, expect, it } from 'vitest';
import { documents } from '../../../../lib/http/api-documents/documents.ts';
import { catalogueOfTypes } from '../../../support/definitions.ts';

const queueUrlPrefix = 'http://127.0.0.1:4566/000000000000/sluice-local-';
const answer = documents(catalogueOfTypes(['order.placed', 'order.moved.ordered']), { stage: 'local', queueUrlPrefix });

describe('the documents of the catalogue', () => {
  it('lists every event type with its schema, example and whether it is ordered', () => {
    expect(answer('/event-types')?.body).toEqual({
      items: [
        {
          type: 'order.moved.ordered',
          summary: 'Something about order.moved.ordered',
          schema: expect.objectContaining({ type: 'object', required: ['name'], additionalProperties: false }),
          example: { name: 'a' },
          ordered: true,
        },
        expect.objectContaining({ type: 'order.placed', ordered: false }),
      ],
    });
  });

  it.each(['/event-types', '/openapi.json', '/asyncapi.json'])(
    'answers %s with an ETag, and 304 to who has it',
    (path) => {
      const first = answer(path);
      const etag = first?.headers.etag ?? '';
      expect(first).toMatchObject({ status: 200, headers: { 'cache-control': 'private, max-age=300' } });
      expect(etag).toMatch(/^"[\w-]{22}"$/);
      for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        expect(answer(path, tags)).toEqual({ status: 304, headers: first?.headers });
      }
      expect(answer(path, '"other"')?.status).toBe(200);
    },
  );

  it('gives another ETag when a type is added', () => {
    const more = documents(catalogueOfTypes(['order.placed', 'order.moved.ordered', 'order.paid']), {
      stage: 'local',
      queueUrlPrefix,
    });
    for (const path of ['/event-types', '/openapi.json', '/asyncapi.json'])
      expect(more(path)?.headers.etag).not.toBe(answer(path)?.headers.etag);
  });

  it('knows no other path', () => {
    expect(answer('/events')).toBeNull();
  });
});
