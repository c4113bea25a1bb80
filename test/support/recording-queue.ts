import type { Publication, PublicationOutcome, Publisher } from '../../lib/ports/publisher.ts';
import type { QueueControl, VisibilityChange } from '../../lib/ports/queue-control.ts';

/** An SQS that keeps what it was sent and what visibility it was asked for; the test says what it answers. */
export interface RecordingQueue extends Publisher, QueueControl {
  readonly published: Publication[];
  readonly visibility: VisibilityChange[];
  /** What the next publications end as; `sent` when the list is empty. */
  readonly answers: PublicationOutcome[];
  /** ChangeMessageVisibilityBatch confirms nothing while this is set. */
  visibilityRefused: boolean;
}

export function recordingQueue(): RecordingQueue {
  const queue: RecordingQueue = {
    published: [],
    visibility: [],
    answers: [],
    visibilityRefused: false,
    publish: async (publications) =>
      publications.map((publication) => {
        const outcome = queue.answers.shift() ?? 'sent';
        // An answer that was lost says nothing of whether SQS took it; here it did, the harder case.
        if (outcome === 'sent' || outcome === 'unanswered') queue.published.push(publication);
        return outcome;
      }),
    changeVisibility: async (_, changes) => {
      if (queue.visibilityRefused) return new Set();
      queue.visibility.push(...changes);
      return new Set(changes.map(({ receiptHandle }) => receiptHandle));
    },
  };
  return queue;
}
