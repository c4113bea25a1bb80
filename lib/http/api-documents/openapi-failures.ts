import { LONGEST_REASON } from '../replay-limits.ts';
import { header, idInPath, json, link, otherMedia, problem, retryAfter, unreadable } from './openapi-parts.ts';
import { anyOf, filledText, ref } from './openapi-schema-parts.ts';
import { dataName } from './openapi-schemas.ts';
import type { Operations } from './operation.ts';

/** The failure desk, read. */
export const failureOperations: Operations<'GET /failures' | 'GET /failures/groups' | 'GET /failures/{id}'> = {
  'GET /failures': () => ({
    operationId: 'listFailures',
    summary: 'Failures, the newest first; open ones unless `status` says otherwise',
    tags: ['Failures'],
    responses: {
      200: { description: 'A page', content: json('FailurePage'), headers: link },
      503: unreadable,
    },
  }),
  'GET /failures/groups': () => ({
    operationId: 'groupFailures',
    summary:
      'Failures that look alike, counted by state, the largest group first; open ones unless `status` says otherwise',
    tags: ['Failures'],
    responses: {
      200: { description: 'A page', content: json('FailureGroupPage'), headers: link },
      503: unreadable,
    },
  }),
  'GET /failures/{id}': () => ({
    operationId: 'getFailure',
    summary: 'One failure with its event and all attempts',
    tags: ['Failures'],
    parameters: [idInPath],
    responses: {
      200: { description: 'The failure', content: json('Failure') },
      404: problem('`failure-unknown`'),
      503: unreadable,
    },
  }),
};

const body = (schema: Record<string, unknown>, required: boolean) => ({
  required,
  content: { 'application/json': { schema: { type: 'object', additionalProperties: false, ...schema } } },
});

/** What may be done about one failure. */
export const failureChangeOperations: Operations<'POST /failures/{id}/replay' | 'POST /failures/{id}/discard'> = {
  'POST /failures/{id}/replay': ({ types }) => ({
    operationId: 'replayFailure',
    summary: 'Run a failed event again, as it is or as a new event with other data',
    description:
      'Asking again is harmless: a replay that no consumer has seen for a minute is published once more, any other is `replay-under-way`. With `data` it takes the scope `events:write` too.',
    tags: ['Failures'],
    parameters: [idInPath],
    requestBody: body({ properties: { data: anyOf(types.map((type) => ref(dataName(type)))) } }, false),
    responses: {
      202: {
        description: 'SQS holds the event: `replaying`, or `replayed` with its `replacement`',
        content: json('Failure'),
        headers: { Location: header('Of the event, where its outcome will be') },
      },
      400: problem('`invalid-json`, `invalid-parameter`'),
      403: problem('`scope-missing`; with `data` it needs `events:write` too'),
      404: problem('`failure-unknown`'),
      409: problem(
        '`replay-under-way`, `replay-needs-data`, `failure-replayed`, `failure-discarded`, `failure-undecodable`, `event-expired`',
        retryAfter,
      ),
      413: problem('`event-too-large`, `request-too-large`'),
      415: otherMedia(),
      422: problem('`invalid-data`, `unknown-type`'),
      503: problem('`queue-unavailable`, `store-unavailable`; asking again is safe', retryAfter),
    },
  }),
  'POST /failures/{id}/discard': () => ({
    operationId: 'discardFailure',
    summary: 'Close a failure that nobody will mend',
    tags: ['Failures'],
    parameters: [idInPath],
    requestBody: body({ properties: { reason: filledText(LONGEST_REASON) }, required: ['reason'] }, true),
    responses: {
      200: { description: 'The failure as it is now', content: json('Failure') },
      400: problem('`invalid-json`, `invalid-parameter`'),
      403: problem('`scope-missing`'),
      404: problem('`failure-unknown`'),
      409: problem('`replay-under-way`, `failure-replayed`, `failure-discarded`'),
      413: problem('`request-too-large`'),
      415: otherMedia(),
      503: unreadable,
    },
  }),
};
