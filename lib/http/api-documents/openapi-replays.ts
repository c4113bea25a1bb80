import { idInPath, json, problem, retryAfter, unreadable } from './openapi-parts.ts';
import { ref } from './openapi-schema-parts.ts';
import type { OperationObject, Operations } from './operation.ts';

/** Replays of many failures. */
export const replayOperations: Operations<'POST /replays' | 'GET /replays/{id}' | 'DELETE /replays/{id}'> = {
  'POST /replays': () => ({
    operationId: 'beginReplay',
    summary: 'Replay all open failures of a kind, in the background, the oldest first',
    tags: ['Failures'],
    requestBody: { required: true, content: json('ReplayRequest') },
    responses: {
      200: {
        description: 'With `dryRun`: how many there are; nothing is replayed',
        content: { 'application/json': { schema: ref('ReplayCount') } },
      },
      202: {
        description: 'It has begun',
        content: json('Replay'),
        headers: { Location: { description: 'Where its progress is', schema: { type: 'string' } } },
      },
      400: problem('`invalid-json`, `invalid-parameter`'),
      403: problem('`scope-missing`'),
      413: problem('`request-too-large`'),
      415: problem('`media-type`'),
      503: problem('`queue-unavailable`, `store-unavailable`; nothing is replayed', retryAfter),
    },
  }),
  'GET /replays/{id}': () => one('getReplay', 'How far a replay of many failures is'),
  'DELETE /replays/{id}': () => one('cancelReplay', 'End a replay of many failures; what is replayed already goes on'),
};

const one = (operationId: string, summary: string): OperationObject => ({
  operationId,
  summary,
  tags: ['Failures'],
  parameters: [idInPath],
  responses: {
    200: { description: 'The replay as it stands', content: json('Replay') },
    403: problem('`scope-missing`'),
    404: problem('`replay-unknown`'),
    503: unreadable,
  },
});
