import { type Broken, ofModel } from './protocol-mutant.ts';

const crashes = 'test/lib/consume/crashes.contract.test.ts';
const prepare = 'lib/consume/redelivery.ts';
const consume = 'lib/consume/consume.ts';

const broken: Broken[] = [
  {
    name: 'every-dead-mark-counts',
    decision: 'only-alone-is-a-crash',
    file: prepare,
    search: 'crashes: deaths.filter(({ alone }) => alone).map(',
    replace: 'crashes: deaths.map(',
    caughtBy: crashes,
    title: 'nor the last attempt',
  },
  {
    name: 'mark-outlives-infrastructure-return',
    decision: 'withdrawn-marks',
    file: consume,
    search: 'await withdrawMarks(deliveries.filter((delivery) => !fates.isDone(delivery)));',
    replace: '',
    caughtBy: crashes,
    title: 'where MongoDB is what is down',
  },
  {
    name: 'others-handed-back-at-the-end',
    decision: 'neighbours-first',
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
    title: 'neighbours-first\\)',
  },
  {
    name: 'young-mark-counts',
    decision: 'young-marks-live',
    file: prepare,
    search: '.filter(([, { at }]) => at.getTime() + livingMs < clock.now())',
    replace: '',
    caughtBy: crashes,
    title: 'young-marks-live\\)',
  },
  {
    name: 'suspect-not-alone',
    file: prepare,
    search: 'const alone = suspect && runsAlone(suspect, able, definition);',
    replace: 'const alone = undefined;',
    caughtBy: crashes,
    title: 'neighbours-first\\)',
  },
];

export const batch = ofModel('batch', broken);
