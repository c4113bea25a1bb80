import { type Broken, ofModel } from './protocol-mutant.ts';

const crashes = 'test/lib/consume/crashes.contract.test.ts';
const redelivery = 'lib/consume/redelivery.ts';
const ready = 'lib/consume/ready.ts';

const broken: Broken[] = [
  {
    name: 'every-dead-mark-counts',
    decision: 'D11',
    file: redelivery,
    search: 'crashes: deaths.filter(({ alone }) => alone).map(',
    replace: 'crashes: deaths.map(',
    caughtBy: crashes,
    title: '\\[D11\\] nor the last attempt',
  },
  {
    name: 'mark-outlives-infrastructure-return',
    decision: 'D12',
    file: 'lib/consume/consume.ts',
    search: 'await withdraw(batch.fates.marks(), batch.ports);',
    replace: '',
    caughtBy: crashes,
    title: '\\[D12\\] where MongoDB is what is down',
  },
  {
    name: 'others-handed-back-at-the-end',
    decision: 'D15',
    file: ready,
    search: 'const confirmed = await ports.queue.changeVisibility(options.queueUrl, changes);',
    replace: 'const confirmed = new Set(changes.map(({ receiptHandle }) => receiptHandle));',
    also: [
      {
        file: ready,
        search: "fates.decide(state, { kind: 'returned', seconds: null });",
        replace: "fates.decide(state, { kind: 'returned', seconds: 0 });",
      },
    ],
    caughtBy: crashes,
    title: '\\[D15\\]',
  },
  {
    name: 'young-mark-counts',
    decision: 'D17',
    file: redelivery,
    search: '.filter(([, { at }]) => at.getTime() + livingMs < clock.now())',
    replace: '',
    caughtBy: crashes,
    title: '\\[D17\\]',
  },
  {
    name: 'suspect-not-alone',
    file: redelivery,
    search: 'const alone = suspect && runsAlone(suspect, able, definition);',
    replace: 'const alone = undefined;',
    caughtBy: crashes,
    title: '\\[D15\\]',
  },
];

export const batch = ofModel('batch', broken);
