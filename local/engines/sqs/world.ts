import type { Fauxqs, StoredQueue } from './fauxqs.ts';
import { Queue } from './queue.ts';
import { Refusal } from './refusal.ts';
import { type Body, isRecord, textIn } from './request.ts';

/** Where messages of a queue go that were received too often. */
export interface Redrive {
  target: string;
  maxReceiveCount: number;
}

/** The queues of one running SQS. */
export class World {
  readonly createMessage: Fauxqs['createMessage'];
  readonly #store: Fauxqs['store'];
  readonly #queues = new WeakMap<StoredQueue, Queue>();
  /** When queues were deleted, by ARN. */
  readonly #deleted = new Map<string, number>();
  /** Ends long polls when the server stops. */
  readonly closing = new AbortController();
  /** Grows with every change of queues and messages. */
  changes = 0;

  constructor({ store, createMessage }: Pick<Fauxqs, 'store' | 'createMessage'>) {
    this.#store = store;
    this.createMessage = createMessage;
    const create = store.createQueue.bind(store);
    store.createQueue = (...parameters) => {
      const stored = create(...parameters);
      this.#queues.set(stored, new Queue(stored));
      return stored;
    };
    const shutdown = store.shutdown.bind(store);
    store.shutdown = () => {
      this.closing.abort();
      shutdown();
    };
  }

  /** The queue of a request. @throws Refusal MissingParameter, QueueDoesNotExist */
  queueIn(body: Body): Queue {
    const queue = this.#of(this.#store.getQueue(textIn(body, 'QueueUrl')));
    if (!queue) throw new Refusal('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  }

  byArn(arn: string): Queue | undefined {
    return this.#of(this.#store.getQueueByArn(arn));
  }

  all(): Queue[] {
    return [...this.#store.allQueues()].flatMap((stored) => this.#of(stored) ?? []);
  }

  /** Queues whose redrive policy names this one. */
  sourcesOf(arn: string): Queue[] {
    return this.all().filter((queue) => redriveOf(queue)?.target === arn);
  }

  delete(queue: Queue): void {
    this.#deleted.set(queue.stored.arn, Date.now());
    this.#store.deleteQueue(queue.stored.url);
  }

  /** Milliseconds since a queue of this ARN was deleted. */
  deletedFor(arn: string): number {
    return Date.now() - (this.#deleted.get(arn) ?? Number.NEGATIVE_INFINITY);
  }

  #of(stored: StoredQueue | undefined): Queue | undefined {
    return stored && this.#queues.get(stored);
  }
}

/** The redrive policy of a queue; what it says was looked at when it was set. */
export function redriveOf({ stored }: Queue): Redrive | undefined {
  if (!stored.attributes.RedrivePolicy) return undefined;
  const policy: unknown = JSON.parse(stored.attributes.RedrivePolicy);
  if (!isRecord(policy)) return undefined;
  return { target: String(policy.deadLetterTargetArn), maxReceiveCount: Number(policy.maxReceiveCount ?? 10) };
}
