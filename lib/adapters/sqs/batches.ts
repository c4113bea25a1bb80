import { MAX_MESSAGE_BYTES } from '../../core/message.ts';
import type { Publication } from '../../ports/publisher.ts';

/**
 * The most entries of one SendMessageBatch, DeleteMessageBatch or ChangeMessageVisibilityBatch.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
 */
export const BATCH_ENTRIES = 10;

/** How many batches of one ordered queue are under way at a time, never two of one group. */
const LANES = 8;

/** A publication and its place in what the caller gave. */
export interface Placed {
  place: number;
  publication: Publication;
}

/** Batches that are sent one after another; lanes are sent side by side. */
export interface Lane {
  queueUrl: string;
  ordered: boolean;
  batches: Placed[][];
}

/**
 * Cuts publications into lanes of batches: by queue, by 10 entries and by 1,048,576 bytes in sum. Each batch of a standard
 * queue is a lane of its own, whatever group its messages are of; in an ordered queue all of a group lie in one lane, in
 * their order (protocol: group-in-order).
 */
export function planLanes(publications: readonly Publication[]): Lane[] {
  const placed = publications.map((publication, place) => ({ place, publication }));
  const queues = Map.groupBy(placed, ({ publication }) => publication.queueUrl);
  return [...queues].flatMap(([queueUrl, all]) => {
    const standard = all.filter((one) => !isOrdered(one));
    const groups = Map.groupBy(all.filter(isOrdered), ({ publication }) => publication.group);
    return [
      ...cut(standard).map((batch) => ({ queueUrl, ordered: false, batches: [batch] })),
      ...spread([...groups.values()]).map((lane) => ({ queueUrl, ordered: true, batches: cut(lane) })),
    ];
  });
}

const isOrdered = ({ publication }: Placed): boolean => publication.deduplicationId !== undefined;

/** Lays whole groups into as many lanes as there are batches to fill, the longest first, each into the shortest lane. */
function spread(groups: readonly Placed[][]): Placed[][] {
  const total = groups.reduce((sum, group) => sum + group.length, 0);
  const lanes: Placed[][] = Array.from({ length: Math.min(LANES, Math.ceil(total / BATCH_ENTRIES)) }, () => []);
  for (const group of groups.toSorted((a, b) => b.length - a.length)) {
    const shortest = lanes.reduce((least, lane) => (lane.length < least.length ? lane : least));
    shortest.push(...group);
  }
  return lanes.filter((lane) => lane.length > 0);
}

function cut(placed: readonly Placed[]): Placed[][] {
  const batches: Placed[][] = [];
  let current: Placed[] = [];
  let bytes = 0;
  for (const one of placed) {
    const size = Buffer.byteLength(one.publication.body, 'utf8');
    if (current.length === BATCH_ENTRIES || (current.length > 0 && bytes + size > MAX_MESSAGE_BYTES)) {
      batches.push(current);
      current = [];
      bytes = 0;
    }
    current.push(one);
    bytes += size;
  }
  if (current.length > 0) batches.push(current);
  return batches;
}
