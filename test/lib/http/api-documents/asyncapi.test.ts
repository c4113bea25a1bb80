import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';
import formatsPlugin from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEventFolder } from '../../../../deploy/event-types.ts';
import { type Catalogue, catalogueOf } from '../../../../lib/core/catalogue.ts';
import { encodeMessage, type Message } from '../../../../lib/core/message.ts';
import { queueSuffix } from '../../../../lib/core/names.ts';
import { asyncApi } from '../../../../lib/http/api-documents/asyncapi.ts';
import { neutralFolder } from '../../../support/neutral-events.ts';

interface Document {
  servers: Record<string, { host: string; pathname: string }>;
  channels: Record<string, { address: string; bindings: { sqs: Record<'queue' | 'deadLetterQueue', Queue> } }>;
  operations: Record<string, { action: string; channel: { $ref: string } }>;
  components: { messages: Record<string, { payload: { schema: object }; examples: { payload: unknown }[] }> };
}
interface Queue {
  name: string;
  fifoQueue: boolean;
}

/** The specification's own schema; it brings the meta-schema of draft 7 with it. */
const validatorOf = (version: string): ValidateFunction =>
  new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false }).compile(
    JSON.parse(readFileSync(createRequire(import.meta.url).resolve(`@asyncapi/specs/schemas/${version}.json`), 'utf8')),
  );

let validate: ValidateFunction;
let catalogue: Catalogue;
let document: Document;
beforeAll(async () => {
  validate = validatorOf('3.1.0');
  catalogue = await loadEventFolder(neutralFolder());
  document = asyncApi(
    catalogue,
    'https://sqs.eu-central-1.amazonaws.com/000000000000/sluice-dev-',
  ) as unknown as Document;
});

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.1 with SQS bindings', () => {
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is valid without event types', () => {
    validate(asyncApi(catalogueOf([]), 'https://sqs.eu-central-1.amazonaws.com/000000000000/sluice-dev-'));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('is refused by the same validator when a binding is wrong, so the validator looks there', () => {
    const broken = structuredClone(document);
    const [channel] = Object.values(broken.channels);
    Object.assign(channel?.bindings.sqs.queue ?? {}, { fifoQueue: 'yes' });
    expect(validate(broken)).toBe(false);
  });

  it('has a channel, a sender, a receiver and a message per event type, on the queue that the code uses', () => {
    for (const { definition, ordered } of catalogue.entries) {
      const { type } = definition;
      const channel = document.channels[type];
      expect(channel?.address).toBe(`sluice-dev-${queueSuffix(type, ordered)}`);
      expect(channel?.bindings.sqs.queue).toMatchObject({ name: channel?.address, fifoQueue: ordered });
      expect(channel?.bindings.sqs.deadLetterQueue.fifoQueue).toBe(ordered);
      const actions = Object.values(document.operations).filter((one) => one.channel.$ref === `#/channels/${type}`);
      expect(actions.map(({ action }) => action).sort()).toEqual(['receive', 'send']);
    }
  });

  it('names host and path of the queues without the name of one', () => {
    expect(document.servers.sqs).toMatchObject({ host: 'sqs.eu-central-1.amazonaws.com', pathname: '/000000000000' });
  });

  it('describes the message that is really sent', () => {
    for (const { definition } of catalogue.entries) {
      const message: Message = {
        version: 1,
        tenant: 'local',
        id: 'a',
        source: '/tenants/local',
        type: definition.type,
        subject: 'b',
        time: '2026-01-01T00:00:00Z',
        recordedtime: '2026-01-01T00:00:00.000Z',
        dataschema: 'https://example.com/schema',
        extensions: { partitionkey: 'c' },
        data: definition.example,
        fingerprint: 'f'.repeat(43),
        replay: 0,
        schema: '0123456789abcdef',
        build: { hash: 'fedcba9876543210', time: '2026-01-01T00:00:00.000Z' },
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      };
      const described = document.components.messages[definition.type];
      const validator = new Ajv({ strict: false });
      formatsPlugin.default(validator);
      validator.addSchema({ ...document, $id: 'asyncapi:document' });
      const validate = validator.compile({
        $ref: `asyncapi:document#/components/messages/${definition.type}/payload/schema`,
      });
      expect([validate(JSON.parse(encodeMessage(message))), validate.errors]).toEqual([true, null]);
      expect([validate(described?.examples[0]?.payload), validate.errors]).toEqual([true, null]);
      expect(validate({ ...message, data: null })).toBe(false);
      // Newer code may add members; those that this code sends are described.
      expect(validate({ ...message, added: 1 })).toBe(true);
      for (const name of Object.keys(message)) expect(described?.payload.schema).toHaveProperty(['properties', name]);
    }
  });
});
