import { type Broken, ofModel } from './protocol-mutant.ts';

const crashes = 'test/lib/consume/crashes.contract.test.ts';
const prepare = 'lib/consume/redelivery.ts';
const consume = 'lib/consume/consume.ts';

const broken: Broken[] = [
  {
    name: 'every-dead-mark-counts',
    decision: 'D11',
    file: prepare,
    search: 'crashes: deaths.filter(({ alone }) => alone).map(',
    replace: 'crashes: deaths.map(',
    caughtBy: crashes,
    title: '\\[D11\\] nor the last attempt',
  },
  {
    name: 'mark-outlives-infrastructure-return',
    decision: 'D12',
    file: consume,
    search: 'await withdrawMarks(deliveries.filter((delivery) => !fates.isDone(delivery)));',
    replace: '',
    caughtBy: crashes,
    title: '\\[D12\\] where MongoDB is what is down',
  },
  {
    name: 'others-handed-back-at-the-end',
    decision: 'D15',
    file: consume,
    search: 'const confirmed = await ports.queue.changeVisibility(queueUrl, changes);',
    replace: 'const confirmed = new Set(changes.map(({ receiptHandle }) => receiptHandle));',
    also: [
      {
        file: consume,
        search: 'fates.decide(delivery, returned(null));',
        replace: 'fates.decide(delivery, returned(0));',
      },
    ],
    caughtBy: crashes,
    title: '\\[D15\\]',
  },
  {
    name: 'young-mark-counts',
    decision: 'D17',
    file: prepare,
    search: '.filter(([, { at }]) => at.getTime() + livingMs < clock.now())',
    replace: '',
    caughtBy: crashes,
    title: '\\[D17\\]',
  },
  {
    name: 'suspect-not-alone',
    file: prepare,
    search: 'const alone = suspect && runsAlone(suspect, able, definition);',
    replace: 'const alone = undefined;',
    caughtBy: crashes,
    title: '\\[D15\\]',
  },
];

export const batch = ofModel('batch', broken);
