import { failureCauses, failureStates } from '../../core/failure.ts';
import type { Schema } from './embed.ts';
import { count, object, page, ref, self, text, time, uri } from './openapi-schema-parts.ts';

const rate = {
  type: 'integer',
  minimum: 1,
  maximum: 50,
  default: 10,
  description: 'Failures a second, at most',
} as const;
const replayFilter = object({ type: text, cause: { enum: failureCauses }, group: text, since: time, until: time }, [], {
  additionalProperties: false,
  description: 'Which open failures; `{}` is all',
});

/** Failures as the desk shows them. */
export const failureSchemas: Readonly<Record<string, Schema>> = {
  Failure: object(
    {
      id: text,
      cause: { enum: failureCauses },
      code: text,
      message: text,
      group: { type: 'string', description: 'Equal for failures that look alike' },
      event: { anyOf: [{ type: 'object', additionalProperties: true }, { type: 'null' }] },
      attempts: { type: 'array', items: ref('Attempt') },
      recordedtime: time,
      state: { enum: failureStates },
      replays: { type: 'integer', minimum: 1, description: 'How often it was replayed; absent: never' },
      replacement: object({ id: text, source: text, links: self }, ['id', 'source', 'links'], {
        description: 'The new event that an edited replay made of it',
      }),
      discarded: object({ reason: text, at: time }, ['reason', 'at']),
      links: object({ self: uri, event: uri }, ['self']),
    },
    ['id', 'cause', 'code', 'message', 'group', 'event', 'attempts', 'recordedtime', 'state', 'links'],
  ),
  FailurePage: page('Failure'),
  FailureGroup: object(
    {
      group: text,
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
  ReplayRequest: object({ filter: replayFilter, dryRun: { type: 'boolean', default: false }, rate }, ['filter'], {
    additionalProperties: false,
  }),
  ReplayCount: object({ matched: count }, ['matched']),
  Replay: object(
    {
      id: text,
      state: { enum: ['running', 'done', 'cancelled'] },
      filter: replayFilter,
      rate,
      matched: { ...count, description: 'How many there were when it began' },
      replayed: count,
      passedOver: { ...count, description: 'Those that may not be replayed' },
      createdtime: time,
      links: self,
    },
    ['id', 'state', 'filter', 'rate', 'matched', 'replayed', 'passedOver', 'createdtime', 'links'],
  ),
};
