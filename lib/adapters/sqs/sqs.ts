import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { chunksOf } from '../../core/chunks-of.ts';
import { DependencyError, messageOf } from '../../core/errors.ts';
import { inParallel } from '../../core/in-parallel.ts';
import { isRefusedForGood, type PublicationOutcome, type Publisher } from '../../ports/publisher.ts';
import type { QueueControl, VisibilityChange } from '../../ports/queue-control.ts';
import { BATCH_ENTRIES, type Lane, type Placed, planLanes } from './batches.ts';
import { keptConnections } from './connections.ts';
import { endingAt, hearEnd } from './end-of-time.ts';
import { Md5 } from './md5.ts';
import { judgeError, judgeFailedEntry, type Verdict } from './verdict.ts';

/** Requests of one `publish` under way at a time; the connection pool has 50. */
const REQUESTS_AT_A_TIME = 16;
/** A second try waits this long at most; full jitter. */
const PAUSE_MS = 100;

/**
 * A client of SQS with kept-alive connections, none of which is used after a long rest. It tries each request once: the ports below decide what is tried again,
 * because only they know whether an earlier try may have reached SQS.
 * @param options.endpoint only where SQS is not AWS's own
 * @param options.timeoutMs how long one request may take
 */
export function connectSqs(options: { endpoint?: string | undefined; timeoutMs: number }): SQSClient {
  const kept = keptConnections();
  const client = new SQSClient({
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    maxAttempts: 1,
    cacheMiddleware: true,
    md5: Md5,
    requestHandler: {
      ...kept.agents,
      connectionTimeout: Math.min(1000, options.timeoutMs),
      requestTimeout: options.timeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  client.middlewareStack.add(
    (next) => (request) => {
      kept.dropRested();
      return next(request);
    },
    { step: 'build', name: 'dropRestedConnections' },
  );
  // It makes what may be logged of each call, for a logger that there is not.
  client.middlewareStack.remove('loggerMiddleware');
  hearEnd(client);
  return client;
}

/**
 * The port Publisher on SQS. Doubling a message is harmless (protocol: one-condition), so what may have been lost is
 * sent again.
 */
export function sqsPublisher(client: SQSClient): Publisher {
  return {
    async publish(publications, deadline) {
      const outcomes: PublicationOutcome[] = publications.map(() => 'unsent');
      const lanes = planLanes(publications);
      await endingAt(deadline, () =>
        inParallel(lanes, Math.min(REQUESTS_AT_A_TIME, lanes.length), (lane) =>
          sendLane(client, lane, outcomes, deadline),
        ),
      );
      return outcomes;
    },
  };
}

/**
 * Sends a lane's batches one after another; an ordered group ends at its first publication that is not sent
 * (protocol: group-in-order).
 */
async function sendLane(
  client: SQSClient,
  lane: Lane,
  outcomes: PublicationOutcome[],
  deadline: number,
): Promise<void> {
  const stopped = new Set<string | undefined>();
  const batches = [...lane.batches];
  for (let batch = batches.shift(); batch; batch = batches.shift()) {
    const going = lane.ordered ? batch.filter(({ publication }) => !stopped.has(publication.group)) : batch;
    if (going.length === 0 || Date.now() >= deadline) continue;
    const verdicts = await sendTwice(client, lane, going, deadline);
    // One of them, or their sum, was too much for a queue that may take less than ours do: alone each has its own answer.
    if (going.length > 1 && verdicts.every(({ whole }) => whole)) {
      batches.unshift(...going.map((one) => [one]));
      continue;
    }
    going.forEach(({ place, publication }, index) => {
      const outcome = verdicts[index]?.outcome ?? 'unanswered';
      outcomes[place] = outcome;
      if (outcome !== 'sent') stopped.add(publication.group);
    });
  }
}

/** `whole`: the batch was refused for what is in it, and none of it was looked at alone. */
type Judged = (Verdict | { outcome: 'sent'; again: false }) & { whole?: boolean };

/** One try and, for what failed fast and may go again, a second. What was once unanswered is never `refused` afterwards. */
async function sendTwice(client: SQSClient, lane: Lane, batch: readonly Placed[], deadline: number): Promise<Judged[]> {
  const first = await sendOnce(client, lane.queueUrl, batch);
  // Within an ordered batch later entries of a group may stand already, so that only a batch that failed whole goes again.
  const mayRepeat = !lane.ordered || first.every(({ outcome }) => outcome !== 'sent');
  const repeated = batch.filter((_, index) => mayRepeat && first[index]?.again);
  if (repeated.length === 0 || (lane.ordered && repeated.length < batch.length)) return first;
  await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_MS));
  if (Date.now() >= deadline) return first;
  const second = await sendOnce(client, lane.queueUrl, repeated);
  return batch.map((one, index) => {
    const before = first[index];
    const after = second[repeated.indexOf(one)];
    if (!before || !after) return before ?? unanswered;
    return before.outcome === 'unanswered' && after.outcome !== 'sent' ? before : after;
  });
}

const unanswered: Judged = { outcome: 'unanswered', again: true };

/**
 * One SendMessageBatch; HTTP 200 says nothing of an entry that is not in `Successful` (protocol: silence-is-not-no).
 */
async function sendOnce(client: SQSClient, queueUrl: string, batch: readonly Placed[]): Promise<Judged[]> {
  try {
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch.map(entryOf) });
    const answer = await client.send(command);
    const sent = new Set(answer.Successful?.map(({ Id }) => Id));
    const failed = new Map(answer.Failed?.map((entry) => [entry.Id, entry]));
    return batch.map((_, index) => {
      const id = String(index);
      const failure = failed.get(id);
      if (failure) return judgeFailedEntry(failure);
      return sent.has(id) ? { outcome: 'sent', again: false } : unanswered;
    });
  } catch (error) {
    const verdict = judgeError(error);
    return batch.map(() => ({ ...verdict, whole: isRefusedForGood(verdict.outcome) }));
  }
}

const entryOf = ({ publication }: Placed, index: number): SendMessageBatchRequestEntry => ({
  Id: String(index),
  MessageBody: publication.body,
  ...(publication.group !== undefined && { MessageGroupId: publication.group }),
  ...(publication.deduplicationId !== undefined && { MessageDeduplicationId: publication.deduplicationId }),
});

/**
 * The port QueueControl on SQS.
 * `changeVisibility` throws DependencyError when not one of its requests was answered; otherwise what SQS did not confirm is
 * left out, and comes back when the queue's own visibility timeout ends.
 */
export const sqsQueueControl = (client: SQSClient): QueueControl => ({
  async changeVisibility(queueUrl, changes) {
    const answers = await Promise.allSettled(
      chunksOf(changes, BATCH_ENTRIES).map((batch) => changeBatch(client, queueUrl, batch)),
    );
    const [fault] = answers.filter((answer) => answer.status === 'rejected');
    if (fault && answers.every((answer) => answer.status === 'rejected'))
      throw new DependencyError('sqs', `visibility was not changed: ${messageOf(fault.reason)}`, {
        cause: fault.reason,
      });
    return new Set(answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])));
  },
});

/** @returns receipt handles that SQS confirmed */
async function changeBatch(
  client: SQSClient,
  queueUrl: string,
  changes: readonly VisibilityChange[],
): Promise<string[]> {
  const command = new ChangeMessageVisibilityBatchCommand({
    QueueUrl: queueUrl,
    Entries: changes.map(({ receiptHandle, seconds }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    })),
  });
  const answer = await client.send(command).catch((error: unknown) => {
    if (judgeError(error).again) return client.send(command);
    throw error;
  });
  const confirmed = new Set(answer.Successful?.map(({ Id }) => Id));
  return changes.filter((_, index) => confirmed.has(String(index))).map(({ receiptHandle }) => receiptHandle);
}
