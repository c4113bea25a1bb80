import { messageOf } from '../core/errors.ts';
import { ANSWER_MS } from '../core/function-time.ts';
import { inParallel } from '../core/in-parallel.ts';
import type { SqsBatchResponse, SqsRecord } from '../core/sqs-batch.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { admit, inOrder } from './admit.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { type Delivery, decodeBatch, type Stranger } from './delivery.ts';
import { execute } from './execute.ts';
import { createFates, type FatePorts, type Fates, returned } from './fates.ts';
import { returnNewer } from './newer.ts';
import { type Candidate, mark, type Prepared, type PreparePorts, prepare } from './redelivery.ts';
import type { RunPorts } from './run.ts';
import { createSettling, type SettlePorts } from './settle.ts';
import { verdict } from './verdict.ts';

export interface ConsumePorts extends RunPorts, SettlePorts, PreparePorts, FatePorts {}

export interface ConsumeOptions {
  definition: EventDefinition;
  /** Of the schema in this bundle (lib/core/catalogue.ts). */
  schemaHash: string;
  queueUrl: string;
  deadLetterUrl: string;
  /** Events run at once. */
  runsAtOnce: number;
}

/** @param remainingMs milliseconds until the function's time is up */
export type Consumer = (records: readonly SqsRecord[], remainingMs: () => number) => Promise<SqsBatchResponse>;

/** Records that are read afterwards at a time. */
const LOOKS = 20;
/** Suspects that become visible in the same second: each of them runs alone. */
const SUSPECTS_A_SECOND = 5;

/**
 * The consumer of one event type (flow.md section 3). Make one per execution environment: it keeps a circuit breaker in memory.
 * It answers for every record: what is not in `batchItemFailures` is settled, or its dead letter is confirmed.
 */
export function createConsumer(options: ConsumeOptions, ports: ConsumePorts): Consumer {
  const { definition, schemaHash, queueUrl } = options;
  const breaker = createBreaker();
  const settling = createSettling(options, ports);

  return async (records, remainingMs) => {
    const fates = createFates(ports, breaker, definition.orderedBy !== undefined, settling.comeBack);
    const { deliveries, strangers, newer } = decodeBatch(records, definition);
    const work = (async () => {
      await Promise.all([buryStrangers(strangers, fates), runBatch(deliveries, fates, breaker, remainingMs)]);
      returnNewer(newer, records, definition, fates, ports);
      return fates.respond(records, queueUrl);
    })();
    return answerInTime(work, remainingMs, async () => {
      await declareVoid(marksOf(deliveries.filter((delivery) => !fates.isDone(delivery))));
      return fates.respondAtOnce(records);
    });
  };

  async function runBatch(deliveries: readonly Delivery[], fates: Fates, breaker: Breaker, remainingMs: () => number) {
    const ready = await prepareBatch(deliveries, fates);
    const admitted = await admit(ready, definition, schemaHash, settling, fates, ports.clock);
    const free = definition.orderedBy ? inOrder(deliveries, admitted, fates) : admitted;
    await execute(free, { ...options, remainingMs }, ports, settling, fates, breaker);
    await confirmProjections(deliveries, fates);
    await withdrawMarks(deliveries.filter((delivery) => !fates.isDone(delivery)));
  }

  /** Whatever hangs, the answer goes out before Lambda ends the function: a function that is ended looks like a crash. */
  async function answerInTime(
    work: Promise<SqsBatchResponse>,
    remainingMs: () => number,
    instead: () => Promise<SqsBatchResponse>,
  ): Promise<SqsBatchResponse> {
    const finished = new AbortController();
    const timeUp = ports.clock.sleep(Math.max(0, remainingMs() - ANSWER_MS), finished.signal).then(() => {
      if (finished.signal.aborted) return work;
      ports.log.error('time is up: what is not decided comes back');
      return instead();
    });
    try {
      return await Promise.race([work, timeUp]);
    } finally {
      finished.abort();
    }
  }

  async function buryStrangers(strangers: readonly Stranger[], fates: Fates): Promise<void> {
    const ends = await settling.sendStrangers(strangers);
    strangers.forEach(({ record }, index) => {
      fates.decide({ records: [record] }, ends[index] ?? returned(null));
    });
  }

  /** What may run of a batch, marked where it was delivered before; the fates of the rest are decided. */
  async function prepareBatch(deliveries: readonly Delivery[], fates: Fates): Promise<Delivery[]> {
    let prepared: Prepared;
    try {
      prepared = await prepare(deliveries, definition, ports);
    } catch (error) {
      return giveUp(deliveries, error, fates);
    }
    await inParallel(prepared.notTheirs, LOOKS, (delivery) =>
      fates.decideBy(delivery, () => settling.afterwards(delivery, delivery.known)),
    );
    await inParallel(prepared.exhausted, LOOKS, ({ candidate: { delivery, crashes }, lastWord }) =>
      fates.decideBy(delivery, () => settling.fail(delivery, crashes, lastWord)),
    );
    if (!(await handedBack(prepared.handBack, fates))) {
      fates.heldBack(prepared.runnable.map(({ delivery }) => delivery));
      return [];
    }
    const runnable = prepared.runnable.map(({ delivery }) => delivery);
    try {
      const refused = new Set(await mark(prepared.runnable, ports));
      await inParallel(refused, LOOKS, (delivery) => fates.decideBy(delivery, () => settling.afterwards(delivery)));
      return runnable.filter((delivery) => !refused.has(delivery));
    } catch (error) {
      return giveUp(runnable, error, fates);
    }
  }

  /** None of these can run now. One verdict for all. */
  async function giveUp(deliveries: readonly Delivery[], error: unknown, fates: Fates): Promise<[]> {
    const { kind } = await verdict(error, ports.ping);
    if (kind === 'infrastructure') fates.outage(deliveries, error);
    else await inParallel(deliveries, LOOKS, (one) => fates.decideBy(one, () => settling.comeBack(one, error)));
    return [];
  }

  /** Visible again, and SQS's word for it, so that a suspect does not take them along [D15]. */
  async function handedBack(others: readonly Candidate[], fates: Fates): Promise<boolean> {
    if (others.length === 0) return true;
    let suspects = 0;
    const changes = others.flatMap(({ delivery, suspect }) => {
      fates.decide(delivery, returned(null));
      const seconds = suspect ? Math.floor(suspects++ / SUSPECTS_A_SECOND) : 0;
      return delivery.records.map(({ receiptHandle }) => ({ receiptHandle, seconds }));
    });
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
    const applied = deliveries.filter((delivery) => {
      const fate = fates.of(delivery);
      return fate?.kind === 'done' && fate.projected;
    });
    if (applied.length === 0) return;
    try {
      await ports.records.markProjected(applied.map(({ key }) => key));
    } catch (error) {
      return fates.outage(applied, error);
    }
    const names = Object.keys(definition.projections);
    const guards = applied.flatMap(({ key, message: { tenant } }) =>
      names.map((projection) => ({ tenant, eventKey: key, projection })),
    );
    await ports.projections
      .cutGuards(guards)
      .catch((error: unknown) => ports.log.warn('guards keep their seven days', { reason: messageOf(error) }));
  }

  /** A run that returns its message did not die: its mark goes, or is declared void where MongoDB is what is down [D12]. */
  async function withdrawMarks(undone: readonly Delivery[]): Promise<void> {
    const marks = marksOf(undone);
    if (marks.length === 0) return;
    try {
      await ports.records.withdraw(marks);
    } catch {
      await declareVoid(marks);
    }
  }

  async function declareVoid(marks: { key: string; run: string }[]): Promise<void> {
    if (marks.length === 0) return;
    await ports.results.voidMarks(marks).catch((error: unknown) => {
      ports.log.error('start marks could not be withdrawn', { marks: marks.length, reason: messageOf(error) });
    });
  }
}

const marksOf = (deliveries: readonly Delivery[]): { key: string; run: string }[] =>
  deliveries.flatMap(({ key, run }) => (run === undefined ? [] : [{ key, run }]));
