import {
  deleteQueue,
  getQueueAttributes,
  listDeadLetterSourceQueues,
  purgeQueue,
  refuseQueue,
  setQueueAttributes,
} from './administration.ts';
import { MoveTasks } from './move-tasks.ts';
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
} from './receipt-handles.ts';
import { receiveMessage } from './receive.ts';
import { Refusal } from './refusal.ts';
import type { Body } from './request.ts';
import { sendMessage, sendMessageBatch } from './send.ts';
import type { World } from './world.ts';

/** One request, as an action sees it. */
export interface Call {
  body: Body;
  region: string;
  /** Of what it sends; absent: the account. */
  sender: string | undefined;
  /** Aborted when the client hung up. */
  gone: AbortSignal;
}
/** Answers a call; undefined leaves it to fauxqs. @throws Refusal */
export type Action = (call: Call) => object | undefined | Promise<object>;

/** Actions of SQS that nothing here does. */
const NOT_HERE = ['AddPermission', 'RemovePermission'];

/** The actions that fauxqs does not do, or not as AWS does them, by name. */
export function actionsOf(world: World, inFlightMost: number): ReadonlyMap<string, Action> {
  const tasks = new MoveTasks(world);
  const withWorld =
    (act: (world: World, body: Body) => object): Action =>
    ({ body }) =>
      act(world, body);
  return new Map<string, Action>([
    [
      'CreateQueue',
      ({ body, region }) => {
        refuseQueue(world, body, region);
        return undefined;
      },
    ],
    ['SetQueueAttributes', withWorld(setQueueAttributes)],
    ['GetQueueAttributes', withWorld(getQueueAttributes)],
    ['PurgeQueue', withWorld(purgeQueue)],
    ['DeleteQueue', withWorld(deleteQueue)],
    ['ListDeadLetterSourceQueues', withWorld(listDeadLetterSourceQueues)],
    ['SendMessage', ({ body, sender }) => sendMessage(world, body, sender)],
    ['SendMessageBatch', ({ body, sender }) => sendMessageBatch(world, body, sender)],
    ['ReceiveMessage', ({ body, gone }) => receiveMessage(world, body, gone, inFlightMost)],
    ['DeleteMessage', withWorld(deleteMessage)],
    ['DeleteMessageBatch', withWorld(deleteMessageBatch)],
    ['ChangeMessageVisibility', withWorld(changeMessageVisibility)],
    ['ChangeMessageVisibilityBatch', withWorld(changeMessageVisibilityBatch)],
    ['StartMessageMoveTask', ({ body }) => tasks.start(body)],
    ['ListMessageMoveTasks', ({ body }) => tasks.list(body)],
    ['CancelMessageMoveTask', ({ body }) => tasks.cancel(body)],
    ...NOT_HERE.map((name): [string, Action] => [
      name,
      () => {
        throw new Refusal('UnsupportedOperation', `${name} is not supported.`);
      },
    ]),
  ]);
}
