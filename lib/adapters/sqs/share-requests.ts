import type { Publication, PublicationOutcome, Publisher } from '../../ports/publisher.ts';
import { BATCH_ENTRIES } from './batches.ts';

/** Longest that anything waits to share a request: one that hangs holds up nobody for longer. */
const WAIT_MS = 5;

/** What one caller publishes. */
interface Caller {
  readonly publications: readonly Publication[];
  readonly deadline: number;
  resolve(outcomes: PublicationOutcome[]): void;
  reject(fault: unknown): void;
}

interface Queue {
  readonly waiting: Caller[];
  /** Requests that are under way. */
  asked: number;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Callers at the same time share their requests: what is published to a queue while one request to it is under way goes out with the next,
 * when that one is answered, ten are there, or a moment is over. Where an environment has one invocation at a time nothing ever waits; where
 * it has many, as on Lambda Managed Instances or on this machine, they pay a tenth of the requests.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html
 * @param send sends publications to one queue; its outcomes are those of Publisher, in their order
 * @returns the same for one caller of several
 */
export function shareRequests(
  send: Publisher['publish'],
): (queueUrl: string, ...of: Parameters<Publisher['publish']>) => Promise<PublicationOutcome[]> {
  const queues = new Map<string, Queue>();

  function sendNext(queueUrl: string, queue: Queue): void {
    clearTimeout(queue.timer);
    queue.timer = undefined;
    const callers = queue.waiting.splice(0, howManyFit(queue.waiting));
    queue.asked++;
    void answerAll(callers).finally(() => {
      queue.asked--;
      if (queue.waiting.length > 0) sendNext(queueUrl, queue);
      else if (queue.asked === 0) queues.delete(queueUrl);
    });
  }

  async function answerAll(callers: readonly Caller[]): Promise<void> {
    const publications = callers.flatMap((one) => one.publications);
    const deadline = Math.min(...callers.map((one) => one.deadline));
    try {
      const outcomes = await send(publications, deadline);
      for (const { publications: own, resolve } of callers) resolve(outcomes.splice(0, own.length));
    } catch (fault) {
      for (const { reject } of callers) reject(fault);
    }
  }

  return (queueUrl, publications, deadline) =>
    new Promise((resolve, reject) => {
      const queue = queues.get(queueUrl) ?? { waiting: [], asked: 0, timer: undefined };
      queues.set(queueUrl, queue);
      queue.waiting.push({ publications, deadline, resolve, reject });
      if (queue.asked === 0 || entriesOf(queue.waiting) >= BATCH_ENTRIES) sendNext(queueUrl, queue);
      else queue.timer ??= setTimeout(() => sendNext(queueUrl, queue), WAIT_MS);
    });
}

const entriesOf = (callers: readonly Caller[]): number =>
  callers.reduce((sum, { publications }) => sum + publications.length, 0);

/** The first at least; more as long as they fit into one request. */
function howManyFit(callers: readonly Caller[]): number {
  let [count, entries] = [0, 0];
  for (const { publications } of callers) {
    entries += publications.length;
    if (count > 0 && entries > BATCH_ENTRIES) break;
    count++;
  }
  return count;
}
