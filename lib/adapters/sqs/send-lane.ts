import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from '@aws-sdk/client-sqs';
import { isRefusedForGood, type PublicationOutcome } from '../../ports/publisher.ts';
import type { Lane, Placed } from './batches.ts';
import { judgeError, judgeFailedEntry, type Verdict } from './verdict.ts';

/** A second try waits this long at most; full jitter. */
const PAUSE_MS = 100;

/**
 * Sends a lane's batches one after another; an ordered group ends at its first publication that is not sent
 * (protocol: group-in-order).
 */
export async function sendLane(
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
