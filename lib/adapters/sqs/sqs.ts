import { ChangeMessageVisibilityBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { chunksOf } from '../../core/chunks-of.ts';
import { DependencyError, messageOf } from '../../core/errors.ts';
import { inParallel } from '../../core/in-parallel.ts';
import type { Publication, PublicationOutcome, Publisher } from '../../ports/publisher.ts';
import type { QueueControl, VisibilityChange } from '../../ports/queue-control.ts';
import { BATCH_ENTRIES, planLanes } from './batches.ts';
import { keptConnections } from './connections.ts';
import { endingAt, hearEnd } from './end-of-time.ts';
import { Md5 } from './md5.ts';
import { sendLane } from './send-lane.ts';
import { shareRequests } from './share-requests.ts';
import { judgeError } from './verdict.ts';

/** Requests of one `publish` under way at a time; the connection pool has 50. */
const REQUESTS_AT_A_TIME = 16;

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
 * sent again. A few events for one standard queue share requests with what others publish to it at that time.
 */
export function sqsPublisher(client: SQSClient): Publisher {
  const publish: Publisher['publish'] = async (publications, deadline) => {
    const outcomes: PublicationOutcome[] = publications.map(() => 'unsent');
    const lanes = planLanes(publications);
    await endingAt(deadline, () =>
      inParallel(lanes, Math.min(REQUESTS_AT_A_TIME, lanes.length), (lane) =>
        sendLane(client, lane, outcomes, deadline),
      ),
    );
    return outcomes;
  };
  const share = shareRequests(publish);
  return {
    publish: (publications, deadline) => {
      const queueUrl = publications.length < BATCH_ENTRIES ? standardQueueOf(publications) : undefined;
      return queueUrl === undefined ? publish(publications, deadline) : share(queueUrl, publications, deadline);
    },
  };
}

/** The one standard queue that all of these are for. */
function standardQueueOf([first, ...others]: readonly Publication[]): string | undefined {
  const isAlike = (one: Publication): boolean => one.deduplicationId === undefined && one.queueUrl === first?.queueUrl;
  return first && [first, ...others].every(isAlike) ? first.queueUrl : undefined;
}

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
