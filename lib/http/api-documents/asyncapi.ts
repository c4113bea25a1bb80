import type { Catalogue, CatalogueEntry } from '../../core/catalogue.ts';
import { jsonSchemaOf } from '../../core/json-schema.ts';
import { consumerName, deadLetterSuffix, pascalCase, queueSuffix } from '../../core/names.ts';
import { embed, type Schema } from './embed.ts';
import { API_VERSION } from './openapi.ts';

/** The newest that the JSON Schema of AsyncAPI 3.1 knows; what is said here means the same in 0.3.0. */
const BINDING = '0.2.0';

/**
 * The queues and what they carry, as AsyncAPI 3.1: one channel per event type, which ingest sends to and its consumer
 * receives from. https://www.asyncapi.com/docs/reference/specification/v3.1.0
 * @param queueUrlPrefix queue URL up to `<service>-<stage>-`
 */
export function asyncApi(catalogue: Catalogue, queueUrlPrefix: string): Record<string, unknown> {
  const { host, pathname } = new URL(queueUrlPrefix);
  const prefix = pathname.slice(pathname.lastIndexOf('/') + 1);
  const byType = <Value>(make: (entry: CatalogueEntry) => Value) =>
    Object.fromEntries(catalogue.entries.map((entry) => [entry.definition.type, make(entry)]));
  return {
    asyncapi: '3.1.0',
    info: { title: 'Sluice', version: API_VERSION },
    defaultContentType: 'application/json',
    servers: { sqs: { host, protocol: 'sqs', pathname: pathname.slice(0, pathname.lastIndexOf('/')) } },
    channels: byType((entry) => channel(entry, prefix)),
    operations: Object.fromEntries(catalogue.entries.flatMap(({ definition: { type } }) => operations(type))),
    components: { messages: byType(message) },
  };
}

function channel({ definition: { type, summary }, ordered }: CatalogueEntry, prefix: string) {
  const queue = (suffix: string) => ({
    name: prefix + suffix,
    fifoQueue: ordered,
    ...(ordered && { deduplicationScope: 'messageGroup', fifoThroughputLimit: 'perMessageGroupId' }),
  });
  return {
    address: prefix + queueSuffix(type, ordered),
    summary,
    servers: [{ $ref: '#/servers/sqs' }],
    messages: { [type]: { $ref: `#/components/messages/${type}` } },
    bindings: {
      sqs: {
        queue: queue(queueSuffix(type, ordered)),
        deadLetterQueue: queue(deadLetterSuffix(ordered)),
        bindingVersion: BINDING,
      },
    },
  };
}

const operations = (type: string): [string, unknown][] => {
  const at = { channel: { $ref: `#/channels/${type}` }, messages: [{ $ref: `#/channels/${type}/messages/${type}` }] };
  return [
    [`send${pascalCase(type)}`, { action: 'send', summary: `Ingest publishes ${type}`, ...at }],
    [consumerName(type), { action: 'receive', summary: `The consumer of ${type}`, ...at }],
  ];
};

function message({ definition }: CatalogueEntry) {
  const { type, summary, data, example } = definition;
  const at = `#/components/messages/${type}/payload/schema/properties/data`;
  return {
    name: type,
    summary,
    contentType: 'application/json',
    payload: {
      schemaFormat: 'application/schema+json;version=draft-07',
      schema: envelope(type, embed(jsonSchemaOf(data, 'draft-7'), at)),
    },
    examples: [{ name: type, payload: exampleMessage(type, example) }],
  };
}

const text = { type: 'string' } as const;

/** What lib/core/message.ts encodes; a test holds the two together. */
const envelope = (type: string, data: Schema): Schema => ({
  type: 'object',
  description: 'Newer code may add members: a receiver that does not know them passes them on',
  properties: {
    version: { const: 1 },
    tenant: { type: 'string', pattern: '^[a-z0-9-]{1,64}$' },
    id: { type: 'string', minLength: 1, maxLength: 256 },
    source: { type: 'string', minLength: 1, maxLength: 512 },
    type: { const: type },
    subject: text,
    time: { type: 'string', format: 'date-time' },
    recordedtime: { type: 'string', format: 'date-time', description: 'When ingest received the event' },
    dataschema: text,
    extensions: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
    data,
    fingerprint: { type: 'string', minLength: 43, maxLength: 43, description: 'SHA-256 of what the client sent' },
    replay: { type: 'integer', minimum: 0, description: '0 for the first publication, n for the n-th replay' },
    schema: { type: 'string', description: 'Hash of the schema that data was validated with' },
    build: {
      type: 'object',
      description: 'The build of the definition that data was validated with: its hash, and when it was made',
      properties: { hash: text, time: { type: 'string', format: 'date-time' } },
      required: ['hash', 'time'],
    },
    traceparent: text,
    by: {
      type: 'object',
      description: 'The key that sent it; what older code sent has none',
      properties: { key: text, name: text },
      required: ['key', 'name'],
    },
  },
  required: [
    'version',
    'tenant',
    'id',
    'source',
    'type',
    'time',
    'recordedtime',
    'extensions',
    'data',
    'fingerprint',
    'replay',
    'schema',
  ],
});

const exampleMessage = (type: string, data: unknown) => ({
  version: 1,
  tenant: 'local',
  id: '019ab0f2-5a51-7c55-b1a5-0d3f6a1c9e7d',
  source: '/tenants/local',
  type,
  time: '2026-01-01T12:00:00.000Z',
  recordedtime: '2026-01-01T12:00:00.120Z',
  extensions: {},
  data,
  fingerprint: '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU',
  replay: 0,
  schema: '0123456789abcdef',
  build: { hash: 'fedcba9876543210', time: '2026-01-01T09:00:00.000Z' },
  by: { key: '019ab0f2-0000-7c55-b1a5-0d3f6a1c9e7d', name: 'till 3' },
});
