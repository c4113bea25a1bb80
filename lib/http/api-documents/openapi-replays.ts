import { idInPath, json, link, otherMedia, problem, retryAfter, unreadable } from './openapi-parts.ts';
import { ref } from './openapi-schema-parts.ts';
import type { OperationObject, Operations } from './operation.ts';

/** Replays of many failures. */
export const replayOperations: Operations<
  'POST /replays' | 'GET /replays' | 'GET /replays/{id}' | 'DELETE /replays/{id}'
> = {
  'POST /replays': () => ({
    operationId: 'beginReplay',
    summary: 'Replay all open failures of a kind, in the background, the oldest first',
    tags: ['Failures'],
    requestBody: { required: true, content: json('ReplayRequest') },
    responses: {
      200: {
        description: 'With `dryRun`: how many there are, and some of them; nothing is replayed',
        content: { 'application/json': { schema: ref('ReplayDryRun') } },
      },
      202: {
        description: 'It has begun',
        content: json('Replay'),
        headers: { Location: { description: 'Where its progress is', schema: { type: 'string' } } },
      },
      400: problem('`invalid-json`, `invalid-parameter`'),
      403: problem('`scope-missing`'),
      409: problem('`job-running`, with `job` and its link: another one of the tenant runs', retryAfter),
      413: problem('`request-too-large`'),
      415: otherMedia(),
      503: problem('`queue-unavailable`, `store-unavailable`; nothing is replayed', retryAfter),
    },
  }),
  'GET /replays': () => ({
    operationId: 'listReplays',
    summary: 'Replays of many failures, the newest first',
    tags: ['Failures'],
    responses: {
      200: { description: 'A page', content: json('ReplayPage'), headers: link },
      400: problem('`invalid-parameter`'),
      403: problem('`scope-missing`'),
      503: unreadable,
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
