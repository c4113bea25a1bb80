import { admit } from './admit.ts';
import { createBreaker } from './breaker.ts';
import { type Delivery, decodeBatch } from './delivery.ts';
import { messageOf } from './errors.ts';
import type { EventDefinition } from './event.ts';
import { execute } from './execute.ts';
import { createFates, type FatePorts, type Fates, returned } from './fates.ts';
import { consumerTimeoutSeconds } from './function-time.ts';
import { type Prepared, type PreparePorts, prepare } from './prepare.ts';
import type { RunPorts } from './run.ts';
import { createSettling, type SettlePorts } from './settle.ts';
import { receiveCount, type SqsBatchResponse, type SqsRecord } from './sqs-batch.ts';

export interface ConsumePorts extends RunPorts, SettlePorts, PreparePorts, FatePorts {}

export interface ConsumeOptions {
  definition: EventDefinition;
  /** Of the schema in this bundle (lib/catalogue.ts). */
  schemaHash: string;
  queueUrl: string;
  deadLetterUrl: string;
  /** Events run at once. */
  runsAtOnce: number;
}

/** @param remainingMs milliseconds until the function's time is up */
export type Consumer = (records: readonly SqsRecord[], remainingMs: () => number) => Promise<SqsBatchResponse>;

/**
 * The consumer of one event type (flow.md section 3). Make one per execution environment: it keeps a circuit breaker in memory.
 * It answers for every record: what is not in `batchItemFailures` is settled, or its dead letter is confirmed. It never throws.
 */
export function createConsumer(options: ConsumeOptions, ports: ConsumePorts): Consumer {
  const { definition, schemaHash, queueUrl } = options;
  const breaker = createBreaker();
  const settling = createSettling(options, ports);

  return async (records, remainingMs) => {
    const fates = createFates(ports, breaker);
    const { deliveries, undecodable } = decodeBatch(records, definition.type);
    for (const record of undecodable) {
      const { MessageGroupId } = record.attributes;
      fates.decide(
        { records: [record] },
        await settling.sendUndecodable(record.body, MessageGroupId, receiveCount(record)),
      );
    }
    const runnable = await ready(deliveries, fates);
    const admitted = await admit(runnable, definition, schemaHash, settling, fates, ports.clock);
    await execute(admitted, { ...options, remainingMs }, ports, settling, fates, breaker);
    await confirmProjections(deliveries, fates);
    await withdrawMarks(deliveries.filter((delivery) => !fates.isDone(delivery)));
    return fates.respond(records, queueUrl);
  };

  /** What may run of a batch, marked where it was delivered before; the fates of the rest are decided. */
  async function ready(deliveries: readonly Delivery[], fates: Fates): Promise<Delivery[]> {
    const giveUp = async (error: unknown, of: readonly Delivery[]): Promise<[]> => {
      await Promise.all(of.map((delivery) => fates.step(delivery, () => Promise.reject(error))));
      return [];
    };
    let prepared: Prepared;
    try {
      prepared = await prepare(deliveries, definition, consumerTimeoutSeconds(definition.queue) * 1000, ports);
    } catch (error) {
      return giveUp(error, deliveries);
    }
    await Promise.all([
      ...prepared.notTheirs.map((delivery) =>
        fates.step(delivery, () => settling.afterwards(delivery, delivery.known)),
      ),
      ...prepared.exhausted.map(({ delivery, attempts, lastWord }) =>
        fates.step(delivery, () => settling.fail(delivery, attempts, lastWord)),
      ),
    ]);
    if (!(await handedBack(prepared.handBack, fates))) {
      for (const delivery of prepared.runnable) fates.heldBack(delivery);
      return [];
    }
    try {
      const refused = await prepared.go();
      await Promise.all(refused.map((delivery) => fates.step(delivery, () => settling.afterwards(delivery))));
      return prepared.runnable.filter((delivery) => !refused.includes(delivery));
    } catch (error) {
      return giveUp(error, prepared.runnable);
    }
  }

  /** Visible at once, and SQS's word for it, so that a suspect does not take them along [D15]. */
  async function handedBack(others: readonly Delivery[], fates: Fates): Promise<boolean> {
    if (others.length === 0) return true;
    for (const delivery of others) fates.decide(delivery, returned(null));
    const changes = others.flatMap(({ records }) =>
      records.map(({ receiptHandle }) => ({ receiptHandle, seconds: 0 })),
    );
    try {
      const confirmed = await ports.queue.changeVisibility(queueUrl, changes);
      return changes.every(({ receiptHandle }) => confirmed.has(receiptHandle));
    } catch (error) {
      ports.log.warn('a suspect does not run: the others could not be made visible', { reason: messageOf(error) });
      return false;
    }
  }

  /** One write for the batch; only then are guards cut short, and only what is marked leaves the queue. */
  async function confirmProjections(deliveries: readonly Delivery[], fates: Fates): Promise<void> {
    const keys = fates.projected();
    if (keys.length === 0) return;
    const applied = deliveries.filter(({ key }) => keys.includes(key));
    try {
      await ports.records.markProjected(keys);
    } catch (error) {
      for (const delivery of applied) fates.outage(delivery, error);
      return;
    }
    const names = Object.keys(definition.projections);
    await ports.projections
      .cutGuards(
        applied.flatMap(({ key, message }) =>
          names.map((projection) => ({ tenant: message.tenant, eventKey: key, projection })),
        ),
      )
      .catch((error: unknown) => ports.log.warn('guards keep their seven days', { reason: messageOf(error) }));
  }

  /** A run that returns its message did not die: its mark goes, or is declared void where MongoDB is what is down [D12]. */
  async function withdrawMarks(undone: readonly Delivery[]): Promise<void> {
    const marks = undone.flatMap(({ key, run }) => (run === undefined ? [] : [{ key, run }]));
    if (marks.length === 0) return;
    try {
      await ports.records.withdraw(marks);
    } catch {
      await ports.results
        .voidMarks(marks)
        .catch((error: unknown) =>
          ports.log.error('start marks could not be withdrawn', { marks: marks.length, reason: messageOf(error) }),
        );
    }
  }
}
