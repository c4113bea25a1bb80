import type { Mutant } from '../mutant.ts';

const messages = 'test/local/engines/sqs/messages.contract.test.ts';
const ordered = 'test/local/engines/sqs/ordered.contract.test.ts';
const redrive = 'test/local/engines/sqs/redrive.contract.test.ts';
const visibility = 'test/local/engines/sqs/visibility.contract.test.ts';

const queue = 'local/engines/sqs/queue.ts';
const receive = 'local/engines/sqs/receive.ts';

const faults: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a received message stays visible',
    file: queue,
    search: 'visibilityDeadline: now + visibilitySeconds * 1000',
    replace: 'visibilityDeadline: now',
    caughtBy: visibility,
    title: 'A received message is invisible',
  },
  {
    name: 'visibility never ends',
    file: queue,
    search: 'visibilityDeadline: now + visibilitySeconds * 1000',
    replace: 'visibilityDeadline: Number.POSITIVE_INFINITY',
    caughtBy: visibility,
    title: 'A received message is invisible',
  },
  {
    name: 'a visibility that is changed stays as it was',
    file: queue,
    search: 'held.visibilityDeadline = Date.now() + seconds * 1000;',
    replace: '',
    caughtBy: visibility,
    title: 'A change counts from now',
  },
  {
    name: 'a redriven message is lost',
    file: receive,
    search: 'target.stored.enqueue(moved);',
    replace: '',
    caughtBy: redrive,
    title: 'After maxReceiveCount receives',
  },
  {
    name: 'nothing is redriven',
    file: receive,
    search: 'message.approximateReceiveCount >= redrive.maxReceiveCount',
    replace: 'false',
    caughtBy: redrive,
    title: 'After maxReceiveCount receives',
  },
  {
    name: 'redriven one receive too early',
    file: receive,
    search: 'message.approximateReceiveCount >= redrive.maxReceiveCount',
    replace: 'message.approximateReceiveCount + 1 >= redrive.maxReceiveCount',
    caughtBy: redrive,
    title: 'After maxReceiveCount receives',
  },
  {
    name: 'the receive count stays',
    file: queue,
    search: 'message.approximateReceiveCount++;',
    replace: 'message.approximateReceiveCount = 1;',
    caughtBy: redrive,
    title: 'Receives are counted',
  },
  {
    name: 'a message that comes back is the last of its group',
    file: queue,
    search: 'messages.splice(place === -1 ? messages.length : place, 0, message);',
    replace: 'messages.push(message);',
    caughtBy: ordered,
    title: 'become visible again come in their order',
  },
  {
    name: 'the newest of a group comes first',
    file: queue,
    search: 'else\n      for (const [group, messages] of this.stored.fifoMessages) {',
    replace: 'else\n      for (const [group, messages] of this.stored.fifoMessages) {\nmessages.reverse();',
    caughtBy: ordered,
    title: 'several messages of a group, in order',
  },
  {
    name: 'a group with messages in flight is not locked',
    file: queue,
    search: 'if (this.stored.fifoLockedGroups.has(group)) continue;',
    replace: '',
    caughtBy: ordered,
    title: 'Nothing more of a group',
  },
  {
    name: 'a group is free again when one of two is deleted',
    file: queue,
    search: 'if (others > 0)',
    replace: 'if (others < 0)',
    caughtBy: ordered,
    title: 'Nothing more of a group',
  },
  {
    name: 'a deduplication id is forgotten',
    file: 'local/engines/sqs/deduplication.ts',
    search: 'return this.#sent.get(key)?.first;',
    replace: 'return undefined;',
    caughtBy: ordered,
    title: 'sent again within five minutes',
  },
  {
    name: 'a deduplication id is remembered for ever',
    file: 'local/engines/sqs/deduplication.ts',
    search: 'until = Date.now() + WINDOW_MS',
    replace: 'until = Number.POSITIVE_INFINITY',
    caughtBy: ordered,
    title: 'sent again within five minutes',
  },
  {
    name: 'a deleted message comes back',
    file: queue,
    search: 'if (held) this.#forget(held);',
    replace: '',
    caughtBy: visibility,
    title: 'Deleting twice',
  },
  {
    name: 'a delay is ignored',
    file: queue,
    search: '(delayUntil ?? 0) <= now',
    replace: 'true || delayUntil',
    caughtBy: messages,
    title: 'A delayed message',
  },
  {
    name: 'nothing is too old',
    file: queue,
    search: 'sentTimestamp > oldest;',
    replace: 'sentTimestamp > 0 || oldest;',
    caughtBy: visibility,
    title: 'ends with the retention',
  },
  {
    name: 'a long poll is answered 15 s late',
    file: receive,
    search: 'queue.stored.waitForMessages(remaining / 1000)',
    replace: 'new Promise((resolve) => setTimeout(resolve, 15_000))',
    caughtBy: messages,
    title: 'A long poll is answered',
  },
  {
    name: 'a batch is taken whatever its size',
    file: 'local/engines/sqs/send.ts',
    search: 'if (bytes > MESSAGE_BYTES)',
    replace: 'if (bytes < 0)',
    caughtBy: messages,
    title: 'a batch is refused whole',
  },
];

export const sqs: readonly Mutant[] = faults.map((fault) => ({ ...fault, engine: 'sqs' }));
