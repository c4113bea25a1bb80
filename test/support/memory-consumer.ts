import { createConsumer } from '../../lib/consume/consume.ts';
import type { ConsumePorts } from '../../lib/consume/ports.ts';
import { catalogueOf } from '../../lib/core/catalogue.ts';
import { eventKey } from '../../lib/core/event-key.ts';
import { encodeMessage, type Message } from '../../lib/core/message.ts';
import type { SqsRecord } from '../../lib/core/sqs-batch.ts';
import { recordFailures } from '../../lib/failures/dead-letter.ts';
import { anySender } from '../../lib/failures/senders.ts';
import type { FailureRecord } from '../../lib/ports/failures.ts';
import type { EventRecord } from '../../lib/ports/records.ts';
import type { Results } from '../../lib/ports/results.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import type { Log } from '../../lib/sdk/log.ts';
import { reached, recordsIn } from './consumer-records.ts';
import { fakeClock } from './fake-clock.ts';
import { memoryDatabase } from './memory-database.ts';
import { silentMetrics } from './memory-metrics.ts';
import { prepareDelivery } from './prepare-delivery.ts';
import { recordingQueue } from './recording-queue.ts';

/** Results that keep nothing of what they are told. */
export const deafResults: Results = {
  tell: async () => undefined,
  readOutcomes: async () => [],
  read: async () => null,
  wait: async () => null,
  takeSlot: async () => null,
  noteWaits: async () => undefined,
  readWait: async () => null,
  voidMarks: async () => undefined,
  voidedMarks: async () => new Set(),
};

/**
 * Consumer, dead letter and what they write, in memory; for what a handler does, not for what a database does.
 * @param isDown whether MongoDB answers nobody at this moment
 */
export function memoryConsumer(
  definition: EventDefinition,
  log: Log,
  { runsAtOnce = 5, ...other }: Partial<ConsumePorts> & { runsAtOnce?: number } = {},
  isDown: () => boolean = () => false,
) {
  const records = new Map<string, EventRecord>();
  const failures = new Map<string, FailureRecord>();
  const database = memoryDatabase();
  const queue = recordingQueue();
  const clock = { ...fakeClock(), sleep: (_: number, signal?: AbortSignal) => ended(signal) };
  const schemaHash = catalogueOf([definition]).entries[0]?.schemaHash ?? '';
  const ports: ConsumePorts = {
    records: reached(recordsIn(records, database), isDown),
    results: deafResults,
    projections: { apply: async () => undefined, cutGuards: async () => undefined, read: never },
    publisher: queue,
    queue,
    setup: async () => undefined,
    settings: async () => ({}),
    ping: { mongodb: async () => !isDown(), redis: async () => true },
    clock,
    random: () => 0.5,
    newRun: () => crypto.randomUUID(),
    log,
    metrics: silentMetrics,
    ...other,
  };
  const consumer = createConsumer(
    { definition, schemaHash, queueUrl: 'queue', deadLetterUrl: 'letters', runsAtOnce },
    ports,
  );
  const recordOf = ({ tenant, source, id }: Message) => records.get(eventKey(tenant, source, id));

  return {
    /** The letters that were sent and not read yet. */
    letters: (): readonly string[] => queue.published.map(({ body }) => body),
    /** The message groups of the same letters. */
    groupsOfLetters: (): readonly (string | undefined)[] => queue.published.map(({ group }) => group),
    failures,
    /** What was asked of SQS, and the letters. */
    queue,
    database,
    records,
    recordOf,
    message: (id: string, data: unknown): Message =>
      prepareDelivery({ id, data, type: definition.type, schema: schemaHash }).message,
    /** @returns ids of the events that come back */
    consume: (messages: readonly Message[], receives = 1): Promise<string[]> =>
      handOver(messages.map((message) => ({ message, receives, group: message.tenant }))),
    handOver,
    deliver,
    async readLetters(): Promise<void> {
      const letters = queue.published.splice(0).map(({ body }, index) => sqsRecord(body, String(index), 1));
      await recordFailures(letters, {
        failures: {
          record: async (key, decide) => {
            const record = key === null ? null : (records.get(key) ?? null);
            const decision = decide(record);
            if (!decision) return { record };
            const { failure, closes } = decision;
            const isThere = !closes && failures.has(failure._id);
            failures.set(failure._id, failure);
            if (record && closes) records.set(record._id, { ...record, state: 'failed' });
            return { failure: isThere ? undefined : failure, record };
          },
        },
        results: ports.results,
        believes: anySender,
        clock,
        log,
        metrics: ports.metrics,
        tracing: ports.tracing,
      });
    },
  };

  /** @returns ids of the events that come back */
  function handOver(all: readonly { message: Message; receives: number; group: string }[]): Promise<string[]> {
    const batch = all.map(({ message, receives, group }) =>
      sqsRecord(encodeMessage(message), message.id, receives, group),
    );
    return deliver(batch, () => 60_000);
  }

  /** @returns ids of the messages that come back */
  async function deliver(batch: readonly SqsRecord[], remainingMs: () => number): Promise<string[]> {
    const { batchItemFailures } = await consumer(batch, remainingMs);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  }

  function sqsRecord(body: string, messageId: string, receives: number, MessageGroupId?: string) {
    const attributes = {
      ...{ ApproximateReceiveCount: String(receives), SentTimestamp: String(clock.now()) },
      ...(MessageGroupId !== undefined && { MessageGroupId }),
    };
    return { messageId, receiptHandle: messageId, body, attributes };
  }
}

const never = async (): Promise<never> => {
  throw new Error('nothing is read');
};

/** What may be given up is never over, so that no time of a test ends; a pause takes none. */
export const ended = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (!signal || signal.aborted) resolve();
    signal?.addEventListener('abort', () => resolve());
  });
