import { type Beside, besideOf, putBeside } from './beside.ts';
import type { First } from './deduplication.ts';
import type { StoredMessage } from './fauxqs.ts';
import type { Queue } from './queue.ts';
import type { World } from './world.ts';

interface SavedQueue {
  /** Its ARN. */
  queue: string;
  sequence: number;
  retentionSeconds: number;
}

/** One record: JSON. A queue, then what it remembers of what was sent to it, then its messages. */
type Saved = SavedQueue | { sent: [key: string, first: First, until: number] } | ({ message: StoredMessage } & Beside);

/** Messages of queues that are not there, by ARN, each after its queue: they wait for a start that has it. */
export type Homeless = Map<string, Saved[]>;

/**
 * The messages of all queues at the moment in which the first record is asked for. What is in flight is saved as visible, as it is when
 * nobody answers for it; receipt handles, attributes of queues and tasks that move messages are no part of it.
 * @returns records of one message each
 */
export function* save(world: World, homeless: Homeless): Generator<Uint8Array, void, undefined> {
  const saved = [...world.all().flatMap(savedOf), ...[...homeless.values()].flat()];
  for (const one of saved) yield Buffer.from(JSON.stringify(one));
}

/**
 * Puts into empty queues what `save` gave; messages of a queue that is not there become homeless until their retention ends.
 * @throws Error when a record is none of these; what came before it is there
 */
export async function restore(world: World, homeless: Homeless, records: AsyncIterable<Uint8Array>): Promise<void> {
  let of: SavedQueue | undefined;
  for await (const record of records) {
    const saved = JSON.parse(Buffer.from(record).toString()) as Saved;
    if ('queue' in saved) of = saved;
    if (!of) throw new Error('no record of an SQS: it belongs to no queue');
    const queue = world.byArn(of.queue);
    if (queue) put(queue, saved);
    else if ('message' in saved && saved.message.sentTimestamp > Date.now() - of.retentionSeconds * 1000) {
      const waiting = homeless.get(of.queue) ?? [of];
      waiting.push(saved);
      homeless.set(of.queue, waiting);
    }
  }
}

function savedOf(queue: Queue): Saved[] {
  const { arn, sequenceCounter, attributes } = queue.stored;
  return [
    { queue: arn, sequence: sequenceCounter, retentionSeconds: Number(attributes.MessageRetentionPeriod) },
    ...[...queue.deduplication.entries()].map((sent) => ({ sent })),
    // A copy: receives are counted in place.
    ...messagesOf(queue).map((message) => ({ message: { ...message }, ...besideOf(message) })),
  ];
}

/** What was received first, then what waits, in its order; of a FIFO queue all as they arrived. */
function messagesOf(queue: Queue): StoredMessage[] {
  const { messages, delayedMessages, fifoMessages, fifoDelayed, inflightMessages } = queue.stored;
  const held = [...inflightMessages.values()].map(({ message }) => message);
  const groups = [...fifoMessages.values(), ...fifoDelayed.values()].flat();
  const arrived = [...held, ...groups].sort((one, other) => queue.arrivalOf(one) - queue.arrivalOf(other));
  return [...arrived, ...messages, ...delayedMessages];
}

function put({ stored, deduplication }: Queue, saved: Saved): void {
  if ('queue' in saved) stored.sequenceCounter = saved.sequence;
  else if ('sent' in saved) deduplication.remember(...saved.sent);
  else {
    const { message, ...beside } = saved;
    putBeside(message, beside);
    stored.enqueue(message);
  }
}
