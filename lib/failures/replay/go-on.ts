import { messageOf, NewerFormatError } from '../../core/errors.ts';
import { REPLAYS_SUFFIX } from '../../core/names.ts';
import { batchResponse, type SqsBatchResponse, type SqsRecord } from '../../core/sqs-batch.ts';
import type { QueueControl } from '../../ports/queue-control.ts';
import { decodeJob } from './jobs.ts';
import { type ManyPorts, type Progress, workOff } from './many.ts';

/** When a job goes on that waits for a minute to pass; after an outage too. */
const LATER_SECONDS = 60;

/**
 * Works off the replays of these messages for as long as the function may run. A job that is not at its end keeps its message, which
 * comes back; so a job whose function died goes on when the visibility of its message ends. One of newer code waits for
 * that code.
 */
export async function goOn(
  records: readonly SqsRecord[],
  ports: ManyPorts & { queue: QueueControl },
  remainingMs: () => number,
): Promise<SqsBatchResponse> {
  const returned: SqsRecord[] = [];
  const changes: { receiptHandle: string; seconds: number }[] = [];
  let newer = 0;
  for (const record of records) {
    const progress = await tried(record, ports, remainingMs);
    if (progress === 'done') continue;
    if (progress === 'newer') newer++;
    returned.push(record);
    changes.push({ receiptHandle: record.receiptHandle, seconds: progress === 'more' ? 0 : LATER_SECONDS });
  }
  if (newer > 0) ports.log.warn('replays of many wait for newer code', { jobs: newer });
  if (changes.length > 0) {
    await ports.queue.changeVisibility(ports.queueUrlPrefix + REPLAYS_SUFFIX, changes).catch((error: unknown) => {
      ports.log.warn('visibility could not be set', { reason: messageOf(error) });
    });
  }
  return batchResponse(returned);
}

async function tried({ body }: SqsRecord, ports: ManyPorts, remainingMs: () => number): Promise<Progress | 'newer'> {
  let id: string | undefined;
  try {
    id = decodeJob(body);
    if (id !== undefined) return await workOff(id, ports, remainingMs);
    ports.log.error('a message in the queue of replays is none of ours, it is dropped');
    return 'done';
  } catch (error) {
    if (error instanceof NewerFormatError) return 'newer';
    ports.log.error('a replay of many was interrupted, it goes on later', { job: id, error });
    return 'later';
  }
}
