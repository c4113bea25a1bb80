import type { Catalogue } from '../../core/catalogue.ts';
import { failureCauses } from '../../core/failure.ts';
import { waitReasons } from '../../core/next.ts';
import { statuses } from '../../core/outcome.ts';
import { embed, type Schema } from './embed.ts';
import { attributeProperties, attributeSchemas, extensions } from './openapi-attributes.ts';
import { failureSchemas } from './openapi-failure-schemas.ts';
import { keySchemas } from './openapi-key-schemas.ts';
import { replaySchemas } from './openapi-replay-schemas.ts';
import { count, object, page, ref, self, text, time, uri } from './openapi-schema-parts.ts';

/** Component names of one event type. */
export const dataName = (type: string): string => `${type}.data`;
export const eventName = (type: string): string => `${type}.event`;
export const cloudEventName = (type: string): string => `${type}.cloudevent`;

const attempt = object(
  {
    at: time,
    outcome: { enum: ['succeeded', 'rejected', 'error', 'crashed', 'expired'] },
    error: object({ code: text, message: text }, ['code']),
  },
  ['at', 'outcome'],
);

const eventItem = {
  id: text,
  source: text,
  type: text,
  subject: text,
  time,
  recordedtime: { ...time, description: 'When the event was received' },
  settledtime: { ...time, description: 'When it settled; with `order=settled`' },
  dataschema: text,
  status: { enum: statuses },
  attempts: { type: 'array', items: ref('Attempt') },
  rejection: object({ reason: text }, ['reason']),
  failure: object({ id: text, cause: { enum: failureCauses } }, ['id', 'cause']),
  links: object({ self: uri, failure: uri }, ['self']),
} as const;
const eventRequired = ['id', 'source', 'type', 'time', 'recordedtime', 'status', 'attempts', 'links'];
/** Extension attributes stand beside the others. */
const open = { additionalProperties: true } as const;

const fixed: Record<string, Schema> = {
  Problem: object(
    {
      type: { type: 'string', format: 'uri-reference' },
      title: text,
      status: { type: 'integer' },
      detail: text,
      code: { type: 'string', pattern: '^[a-z0-9-]+$', description: 'Stable; match on this' },
      retryable: { type: 'boolean' },
      errors: {
        type: 'array',
        items: object(
          {
            pointer: { type: 'string', description: 'JSON pointer as URI fragment, relative to the event' },
            detail: text,
          },
          ['pointer', 'detail'],
        ),
      },
    },
    ['type', 'title', 'status', 'code', 'retryable'],
    { description: 'RFC 9457', ...open },
  ),
  GatewayAnswer: object({ message: text }, ['message'], { description: 'Of API Gateway, in its own words' }),
  Attempt: attempt,
  Accepted: object(
    { id: text, source: text, type: text, status: { enum: statuses }, duplicate: { type: 'boolean' }, links: self },
    ['id', 'source', 'type', 'status', 'duplicate', 'links'],
  ),
  BatchAnswer: object(
    {
      accepted: count,
      duplicates: count,
      refused: count,
      results: {
        type: 'array',
        items: {
          anyOf: [
            object(
              {
                index: count,
                id: text,
                source: text,
                type: text,
                status: { enum: statuses },
                duplicate: { type: 'boolean' },
              },
              ['index', 'id', 'source', 'type', 'status', 'duplicate'],
            ),
            object({ index: count, id: text, problem: ref('Problem') }, ['index', 'problem']),
          ],
        },
      },
    },
    ['accepted', 'duplicates', 'refused', 'results'],
  ),
  EventItem: object(eventItem, eventRequired, open),
  Event: object(
    {
      ...eventItem,
      data: { description: 'As sent; left out while only `accepted`' },
      result: { description: 'What the handler returned' },
      next: {
        ...object(
          { at: { ...time, type: ['string', 'null'] }, why: { enum: [...waitReasons] }, code: { type: 'string' } },
          ['at', 'why'],
        ),
        description: 'While it is not settled and it is known: when it is looked at again, and why not sooner',
      },
    },
    eventRequired,
    open,
  ),
  EventPage: page('EventItem'),
  ...attributeSchemas,
  ...failureSchemas,
  ...replaySchemas,
  ...keySchemas,
  EventTypes: object(
    {
      items: {
        type: 'array',
        items: object(
          { type: text, summary: text, schema: { type: 'object' }, example: {}, ordered: { type: 'boolean' } },
          ['type', 'summary', 'schema', 'example', 'ordered'],
        ),
      },
    },
    ['items'],
  ),
  Health: object(
    {
      status: { enum: ['up', 'down'] },
      dependencies: object({ mongodb: ref('UpOrDown'), redis: ref('UpOrDown'), sqs: ref('UpOrDown') }, [
        'mongodb',
        'redis',
        'sqs',
      ]),
      reasons: object({ mongodb: { const: 'setup-missing' } }, []),
    },
    ['status', 'dependencies'],
  ),
  UpOrDown: { enum: ['up', 'down'] },
};

/** Every schema of the document: the fixed ones, and for each event type its data and the two forms of its event. */
export function componentSchemas(catalogue: Catalogue): Record<string, Schema> {
  const schemas = { ...fixed };
  for (const { definition, jsonSchema } of catalogue.entries) {
    const { type, summary } = definition;
    const name = dataName(type);
    schemas[name] = embed(jsonSchema, `#/components/schemas/${name}`);
    const form = (required: readonly string[]) =>
      object({ type: { const: type }, data: ref(name), ...attributeProperties(required) }, required, {
        description: summary,
        ...extensions,
      });
    schemas[eventName(type)] = form(['type', 'data']);
    schemas[cloudEventName(type)] = form(['specversion', 'id', 'source', 'type', 'data']);
  }
  return schemas;
}
