import type { Mutant } from '../mutant.ts';

const server = 'test/local/sqs/server.contract.test.ts';
const mapping = 'test/local/mapping/mapping.contract.test.ts';

const queue = 'node_modules/fauxqs/dist/sqs/sqsStore.js';
const rules = 'local/sqs/rules.ts';
/** Queues and FIFO queues have the same lines twice, at other depths. */
const at = (spaces: number, line: string): string => `\n${' '.repeat(spaces)}${line}`;

const faults: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a received message stays visible',
    file: queue,
    search: at(12, 'const visibilityDeadline = Date.now() + visibilityTimeout * 1000;'),
    replace: 'const visibilityDeadline = Date.now();',
    caughtBy: mapping,
    title: '',
  },
  {
    name: 'visibility never ends',
    file: queue,
    search: at(12, 'const visibilityDeadline = Date.now() + visibilityTimeout * 1000;'),
    replace: 'const visibilityDeadline = Number.POSITIVE_INFINITY;',
    caughtBy: mapping,
    title: 'one failure leaves that message',
  },
  {
    name: 'a redriven message is lost',
    file: queue,
    search: at(20, 'dlq.enqueue(msg);'),
    replace: '',
    caughtBy: mapping,
    title: '',
  },
  {
    name: 'nothing is redriven',
    file: queue,
    search: at(12, 'if (dlqArn && dlqResolver &&'),
    replace: 'if (false &&',
    caughtBy: mapping,
    title: '',
  },
  {
    name: 'the receive count stays',
    file: queue,
    search: at(12, 'msg.approximateReceiveCount++;'),
    replace: 'msg.approximateReceiveCount = 1;',
    caughtBy: mapping,
    title: 'each redelivery is counted',
  },
  {
    name: 'a group is out of order',
    file: queue,
    search:
      at(16, 'group.push(msg);') + at(16, 'this.fifoMessages.set(groupId, group);') + at(16, 'this.notifyWaiters'),
    replace: 'group.unshift(msg);this.fifoMessages.set(groupId, group);this.notifyWaiters',
    caughtBy: mapping,
    title: 'keeps each group',
  },
  {
    name: 'a message that comes back is the last of its group',
    file: queue,
    search: at(20, 'group.unshift(entry.message);'),
    replace: 'group.push(entry.message);',
    caughtBy: mapping,
    title: 'holds back its group',
  },
  {
    name: 'a group with a message in flight is not locked',
    file: queue,
    search: 'if (this.fifoLockedGroups.has(groupId))',
    replace: 'if (false)',
    caughtBy: server,
    title: 'nothing more of a group',
  },
  {
    name: 'a deduplication id is forgotten',
    file: queue,
    search: 'this.deduplicationCache.get(dedupId)',
    replace: 'undefined',
    caughtBy: server,
    title: 'a deduplication id sent twice',
  },
  {
    name: 'a deleted message comes back',
    file: queue,
    search: 'return this.inflightMessages.delete(receiptHandle);',
    replace: 'return true;',
    caughtBy: mapping,
    title: 'success deletes all',
  },
  {
    name: 'a long poll is answered late',
    file: queue,
    search:
      at(12, 'const waiter = this.pollWaiters.shift();') +
      at(12, 'clearTimeout(waiter.timer);') +
      at(12, 'waiter.resolve();'),
    replace: 'const waiter = this.pollWaiters.shift(); clearTimeout(waiter.timer); setTimeout(waiter.resolve, 1000);',
    caughtBy: server,
    title: 'a long poll is answered',
  },
  {
    name: 'a dead-letter queue of the other kind is taken',
    file: rules,
    search: "if (target.endsWith('.fifo') !== fifo)",
    replace: 'if (false)',
    caughtBy: server,
    title: 'a FIFO queue with a standard dead-letter queue',
  },
  {
    name: 'maxReceiveCount has no limit',
    file: rules,
    search: ' || receives > 1000',
    replace: '',
    caughtBy: server,
    title: 'maxReceiveCount over 1,000',
  },
];

export const sqs: readonly Mutant[] = faults.map((fault) => ({ ...fault, engine: 'sqs' }));
