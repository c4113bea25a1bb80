import { KEPT_ATTEMPTS } from '../../core/attempts.ts';
import { failureCauses, failureStates } from '../../core/failure.ts';
import type { Schema } from './embed.ts';
import { count, object, page, ref, self, text, time, uri, whose } from './openapi-schema-parts.ts';

/** Failures as the desk shows them. */
export const failureSchemas: Readonly<Record<string, Schema>> = {
  Failure: object(
    {
      id: text,
      tenant: whose,
      cause: { enum: failureCauses },
      code: text,
      message: { type: 'string', description: 'Absent for keys without failures:read' },
      group: { type: 'string', description: 'Equal for failures that look alike' },
      event: { anyOf: [{ type: 'object', additionalProperties: true }, { type: 'null' }] },
      attempts: {
        type: 'array',
        maxItems: KEPT_ATTEMPTS,
        items: ref('Attempt'),
        description: 'The last ones; absent in lists and groups',
      },
      attempted: { ...count, description: 'How many attempts there were' },
      recordedtime: time,
      state: { enum: failureStates },
      replays: { ...count, description: 'How often it was replayed' },
      replacement: object({ id: text, source: text, links: self }, ['id', 'source', 'links'], {
        description: 'The new event that an edited replay made of it',
      }),
      discarded: object({ reason: text, at: time }, ['reason', 'at']),
      links: object({ self: uri, event: uri }, ['self']),
    },
    ['id', 'cause', 'code', 'group', 'event', 'attempted', 'recordedtime', 'state', 'replays', 'links'],
  ),
  FailurePage: page('Failure'),
  FailureGroup: object(
    {
      group: text,
      tenant: whose,
      type: { type: ['string', 'null'] },
      cause: { enum: failureCauses },
      code: text,
      message: text,
      counts: object(Object.fromEntries(failureStates.map((state) => [state, { ...count, minimum: 1 }])), [], {
        additionalProperties: false,
        description: 'How many of what was asked for are in each state',
      }),
      first: time,
      last: time,
      example: { ...ref('Failure'), description: 'The newest; type, cause, code and message are its own' },
    },
    ['group', 'type', 'cause', 'code', 'message', 'counts', 'first', 'last', 'example'],
  ),
  FailureGroupPage: page('FailureGroup'),
};
