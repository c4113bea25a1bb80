import { randomUUID } from 'node:crypto';
import { createCopies } from '../../../lib/consume/copies.ts';
import { encodeMessage, type Message } from '../../../lib/core/message.ts';
import type { SqsRecord } from '../../../lib/core/sqs-batch.ts';
import type { Town } from './crashes-town.ts';
import type { Kind } from './crashes-types.ts';

/** Where an event goes, and whose it is. */
interface Place {
  town: Town;
  kind: Kind;
  tenant: string;
}

/** A good message of a new event. */
export function messageOf({ town, kind, tenant }: Place, name: string, changed: Partial<Message> = {}): Message {
  const now = new Date().toISOString();
  const { type } = town.definitions[kind];
  const schema = town.catalogue.get(type)?.schemaHash ?? '';
  return {
    ...{ version: 1, tenant, id: name, source: `/tenants/${tenant}`, type, time: now, recordedtime: now },
    ...{ extensions: {}, data: { name, group: 'one' }, fingerprint: 'A'.repeat(43), replay: 0, schema },
    ...changed,
  };
}

/** So many batches an environment looks up before it expects no copy any more. */
function batchesUntilNoneIsExpected(): number {
  const copies = createCopies();
  let batches = 0;
  for (; copies.expected; batches++) copies.lookedUp(false);
  return batches;
}

/** Batches of another tenant, of which each event comes for the first time. */
export const withoutCopies = ({ tenant, ...where }: Place): SqsRecord[][] =>
  Array.from({ length: batchesUntilNoneIsExpected() }, (_, batch) =>
    ['first', 'second'].map((event) => {
      const id = randomUUID();
      const message = messageOf({ ...where, tenant: `${tenant}-earlier` }, `${batch} ${event}`);
      const attributes = { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) };
      return { messageId: id, receiptHandle: id, body: encodeMessage(message), attributes };
    }),
  );
