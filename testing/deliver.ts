import { createConsumer } from '../lib/consume/consume.ts';
import type { ConsumePorts } from '../lib/consume/ports.ts';
import { createSettling } from '../lib/consume/settle.ts';
import type { CatalogueEntry } from '../lib/core/catalogue.ts';
import type { Message } from '../lib/core/message.ts';
import { RUNS_AT_ONCE } from '../lib/core/runs-at-once.ts';
import type { SqsRecord } from '../lib/core/sqs-batch.ts';
import { type Handled, handledBy, type Last } from './outcome.ts';
import { untilTheEnd } from './run-clock.ts';
import { QUEUE_URL_PREFIX } from './sent.ts';

/** What tells one delivery of a batch from another. */
interface Delivered {
  readonly key: string;
  readonly message: Pick<Message, 'fingerprint'>;
}
const nameOf = ({ key, message }: Delivered): string => `${key} ${message.fingerprint}`;

/**
 * Hands a batch to a consumer of this event type, and waits for its answer.
 * @param records of the deliveries, in their order
 * @returns what came of each delivery
 * @throws Error when nothing came of one: a database does not answer
 */
export async function deliver(
  { definition, schemaHash }: CatalogueEntry,
  deliveries: readonly Delivered[],
  records: readonly SqsRecord[],
  ports: ConsumePorts,
): Promise<Handled[]> {
  const urls = { queueUrl: `${QUEUE_URL_PREFIX}${definition.type}`, deadLetterUrl: `${QUEUE_URL_PREFIX}dead-letters` };
  const options = { definition, schemaHash, ...urls, runsAtOnce: RUNS_AT_ONCE };
  const settling = createSettling(options, ports);
  const last = new Map<string, Last>();
  const consumer = createConsumer(options, ports, async (state, fact) => {
    const ended = await settling(state, fact);
    const seconds = ended.fate.kind === 'returned' ? ended.fate.seconds : null;
    const backAt = seconds === null ? undefined : new Date(ports.clock.now() + seconds * 1000);
    last.set(nameOf(state), { fact, state, backAt });
    return ended;
  });
  await consumer(records, untilTheEnd);
  const known = await ports.records.find(deliveries.map(({ key }) => key));
  return deliveries.map((delivery) => {
    const heard = last.get(nameOf(delivery));
    if (!heard) throw new Error(`${definition.type} did not run: a database does not answer`);
    const record = known.get(delivery.key);
    return handledBy(heard, record?.fingerprint === delivery.message.fingerprint ? record : undefined);
  });
}
