import { ANSWER_MS } from '../core/function-time.ts';
import { withFields } from '../core/log-fields.ts';
import { receiveCount, type SqsBatchResponse, type SqsRecord } from '../core/sqs-batch.ts';
import { admit, inOrder } from './admit.ts';
import { type Batch, createBatch } from './batch.ts';
import { createBreaker } from './breaker.ts';
import { confirmProjections } from './confirm.ts';
import { createCopies } from './copies.ts';
import { fateOf } from './decide.ts';
import { decodeBatch } from './decode.ts';
import type { Delivery, Stranger } from './delivery.ts';
import { execute } from './execute.ts';
import { createFates } from './fates.ts';
import { createGuards } from './guards.ts';
import { joins } from './join.ts';
import { createJoining } from './joining.ts';
import { createLetterBox, type StrangersCause } from './letter-box.ts';
import { declareVoid, withdraw } from './marks.ts';
import { returnNewer } from './newer.ts';
import { returnWaiting } from './not-ready.ts';
import type { ConsumeOptions, ConsumePorts } from './ports.ts';
import { readyOf } from './ready.ts';
import { createSettling } from './settle.ts';
import { withWhatItNeeds } from './what-it-needs.ts';
import { DONE } from './within-time.ts';

/** @param remainingMs milliseconds until the function's time is up */
export type Consumer = (records: readonly SqsRecord[], remainingMs: () => number) => Promise<SqsBatchResponse>;

/**
 * The way of a batch. Each step decides the fates of those that end there (decide.ts says which) and hands on the rest.
 */
async function consume(records: readonly SqsRecord[], batch: Batch): Promise<SqsBatchResponse> {
  const { deliveries, strangers, newer, behind } = decodeBatch(records, batch.options.definition);
  await Promise.all([bury(strangers, 'undecodable', batch), advance(deliveries, batch)]);
  await returnNewer({ newer, behind }, records, batch, (letters) => bury(letters, 'newer-version', batch));
  return batch.fates.respond(records);
}

async function advance(deliveries: readonly Delivery[], batch: Batch): Promise<void> {
  const joint = joins(deliveries, batch);
  const { ready, early } = await readyOf(deliveries, batch, joint?.looksUp ?? false);
  const { admitted, waiting } = await admit(ready, batch);
  const { env, able, lacking } = await withWhatItNeeds(admitted, batch);
  const free = await inOrder(deliveries, able, batch);
  await execute(free, env, batch, joint);
  await returnWaiting([...early, ...waiting, ...lacking], deliveries, batch);
  await confirmProjections(deliveries, batch);
  await withdraw(batch.fates.marks(), batch.ports);
}

/** Records that are none of this consumer's, or that it cannot read, go to the dead letters as they came. */
async function bury(
  strangers: readonly Stranger[],
  cause: StrangersCause,
  { options, ports, fates }: Batch,
): Promise<void> {
  const outcomes = await createLetterBox(options, ports).sendStrangers(strangers, cause);
  strangers.forEach(({ record }, index) => {
    const fate = fateOf({ kind: 'letter', outcome: outcomes[index] }, receiveCount(record), ports.random);
    fates.decide({ records: [record] }, fate);
  });
}

/**
 * The consumer of one event type (docs/protocol.md). Make one per execution environment: it remembers whether its dependencies are there,
 * whether events run jointly, whether copies are expected, and which guards may be cut. It answers for every record: what is not in
 * `batchItemFailures` is settled, or its dead letter is confirmed.
 * @param settling another one where somebody listens to what happens to deliveries
 */
export function createConsumer(
  options: ConsumeOptions,
  given: ConsumePorts,
  settling?: ReturnType<typeof createSettling>,
): Consumer {
  const ports = { ...given, log: withFields(given.log, { type: options.definition.type }) };
  const settles = settling ?? createSettling(options, ports);
  const remembered = {
    breaker: createBreaker(),
    joining: createJoining(),
    copies: createCopies(),
    guards: createGuards(ports),
  };
  const { queueUrl, definition } = options;
  const { type } = definition;
  return (records, remainingMs) => {
    // The usual single one is not told: each value of each event is a part of a line that is paid for.
    if (records.length > 1) ports.metrics.add('BatchSize', type, records.length);
    const fates = createFates({ queueUrl, type }, ports);
    const batch = createBatch({ options, ports, ...remembered, fates, remainingMs }, settles);
    return answerInTime(consume(records, batch), records, batch);
  };
}

/**
 * Whatever hangs, the answer goes out before Lambda ends the function: a function that is ended looks like a crash
 * (protocol: answer-before-the-end).
 */
async function answerInTime(
  work: Promise<SqsBatchResponse>,
  records: readonly SqsRecord[],
  { fates, ports, remainingMs }: Batch,
): Promise<SqsBatchResponse> {
  const finished = new AbortController();
  const timeUp = ports.clock.sleep(Math.max(0, remainingMs() - ANSWER_MS), finished.signal).then(async () => {
    if (finished.signal.aborted) return work;
    ports.log.error('time is up: what is not decided comes back');
    await declareVoid(fates.marks(), ports);
    return fates.respondAtOnce(records);
  });
  try {
    return await Promise.race([work, timeUp]);
  } finally {
    finished.abort(DONE);
  }
}
