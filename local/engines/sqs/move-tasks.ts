import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { besideOf } from './beside.ts';
import type { Queue } from './queue.ts';
import { invalid, Refusal } from './refusal.ts';
import { type Body, numberIn, textIn } from './request.ts';
import type { World } from './world.ts';

type Status = 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
interface Task {
  handle: string;
  status: Status;
  source: string;
  destination?: string;
  perSecond?: number;
  toMove: number;
  moved: number;
  started: number;
  failure?: string;
}

/** Tasks that move messages of a dead-letter queue to where they came from, or elsewhere, one at a time for a queue. */
export class MoveTasks {
  readonly #world: World;
  /** Latest first. */
  readonly #tasks: Task[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html @throws Refusal */
  start(body: Body): { TaskHandle: string } {
    const source = this.#existing(textIn(body, 'SourceArn'), 'SourceArn');
    const destination = body.DestinationArn === undefined ? undefined : textIn(body, 'DestinationArn');
    const perSecond = numberIn(body, 'MaxNumberOfMessagesPerSecond', 1, 500);
    const { arn } = source.stored;
    if (this.#world.sourcesOf(arn).length === 0)
      throw invalid(arn, 'SourceArn', 'Source queue must be configured as a Dead Letter Queue.');
    if (
      destination !== undefined &&
      this.#existing(destination, 'DestinationArn').stored.isFifo() !== source.stored.isFifo()
    )
      throw invalid(destination, 'DestinationArn', 'It must be of the same type as the source.');
    if (this.#tasks.some((task) => task.source === arn && task.status === 'RUNNING'))
      throw new Refusal(
        'UnsupportedOperation',
        'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
      );
    source.settle();
    const task: Task = {
      handle: randomUUID(),
      status: 'RUNNING',
      source: arn,
      ...(destination !== undefined && { destination }),
      ...(perSecond !== undefined && { perSecond }),
      toMove: Number(source.stored.getAllAttributes(['ApproximateNumberOfMessages']).ApproximateNumberOfMessages),
      moved: 0,
      started: Date.now(),
    };
    this.#tasks.unshift(task);
    void this.#run(task, source);
    return { TaskHandle: task.handle };
  }

  /** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListMessageMoveTasks.html @throws Refusal */
  list(body: Body) {
    const { arn } = this.#existing(textIn(body, 'SourceArn'), 'SourceArn').stored;
    const most = numberIn(body, 'MaxResults', 1, 10) ?? 1;
    const tasks = this.#tasks.filter(({ source }) => source === arn).slice(0, most);
    return {
      Results: tasks.map((task) => ({
        ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
        Status: task.status,
        SourceArn: task.source,
        DestinationArn: task.destination,
        MaxNumberOfMessagesPerSecond: task.perSecond,
        ApproximateNumberOfMessagesMoved: task.moved,
        ApproximateNumberOfMessagesToMove: task.toMove,
        FailureReason: task.failure,
        StartedTimestamp: task.started,
      })),
    };
  }

  /** What was moved stays moved. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CancelMessageMoveTask.html @throws Refusal */
  cancel(body: Body): { ApproximateNumberOfMessagesMoved: number } {
    const handle = textIn(body, 'TaskHandle');
    const task = this.#tasks.find((one) => one.handle === handle);
    if (!task) throw new Refusal('ResourceNotFoundException', 'Task does not exist.');
    if (task.status !== 'RUNNING') throw new Refusal('UnsupportedOperation', 'Only an active task can be cancelled.');
    task.status = 'CANCELLED';
    return { ApproximateNumberOfMessagesMoved: task.moved };
  }

  async #run(task: Task, source: Queue): Promise<void> {
    while (task.moved < task.toMove) {
      // Before each message, so that a task is seen running and can be cancelled.
      await wait(task.perSecond === undefined ? 0 : 1000 / task.perSecond, undefined, { ref: false });
      if (task.status !== 'RUNNING' || this.#world.closing.signal.aborted) return;
      const [held] = source.take(1, 0, () => false);
      if (!held) break;
      const to = this.#world.byArn(task.destination ?? besideOf(held.message).from ?? '');
      if (!to) {
        task.status = 'FAILED';
        task.failure = 'AWS.SimpleQueueService.NonExistentQueue';
        return;
      }
      source.delete(held.receiptHandle);
      // A new message to the queue that it comes to: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
      const { body, messageAttributes, messageGroupId, messageDeduplicationId } = held.message;
      const moved = this.#world.createMessage(body, messageAttributes, 0, messageGroupId, messageDeduplicationId);
      if (to.stored.isFifo()) moved.sequenceNumber = to.stored.nextSequenceNumber();
      to.stored.enqueue(moved);
      task.moved++;
      this.#world.changes++;
    }
    task.status = 'COMPLETED';
  }

  #existing(arn: string, parameter: string): Queue {
    const queue = this.#world.byArn(arn);
    if (!queue)
      throw new Refusal(
        'ResourceNotFoundException',
        `The resource that you specified for the ${parameter} parameter doesn't exist.`,
      );
    return queue;
  }
}
