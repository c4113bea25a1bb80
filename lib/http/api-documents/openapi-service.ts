import { header, inHeader, json, text } from './openapi-parts.ts';
import type { OperationObject, Operations, ResponseObject } from './operation.ts';

/** The documents. */
export const documentOperations: Operations<'GET /event-types' | 'GET /openapi.json' | 'GET /asyncapi.json'> = {
  'GET /event-types': () =>
    document('listEventTypes', 'Every event type with its schema and an example', json('EventTypes')),
  'GET /openapi.json': () => document('getOpenApi', 'This document', anyObject),
  'GET /asyncapi.json': () => document('getAsyncApi', 'The queues and what they carry', anyObject),
};

/** Health. */
export const healthOperations: Operations<'GET /health'> = {
  'GET /health': () => ({
    operationId: 'getHealth',
    summary: 'Which dependencies are up',
    tags: ['Service'],
    responses: {
      200: { description: 'All are up', content: json('Health') },
      503: { description: 'At least one is down', content: json('Health') },
    },
  }),
};

const anyObject = { 'application/json': { schema: { type: 'object' } } };

type Content = NonNullable<ResponseObject['content']>;

const document = (operationId: string, summary: string, content: Content): OperationObject => ({
  operationId,
  summary,
  tags: ['Service'],
  parameters: [inHeader('If-None-Match', text, 'ETag of a copy at hand')],
  responses: {
    200: { description: summary, content, headers: { ETag: header('Of this version') } },
    304: { description: 'The copy at hand is current' },
  },
});
