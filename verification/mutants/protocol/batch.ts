import { type Broken, ofModel } from './protocol-mutant.ts';

const crashes = 'test/lib/consume/crashes.contract.test.ts';
const redelivery = 'lib/consume/redelivery.ts';
const ready = 'lib/consume/ready.ts';

const broken: Broken[] = [
  {
    name: 'every-dead-mark-counts',
    decision: 'only-alone-is-a-crash',
    file: redelivery,
    search: 'crashes: deaths.filter(({ alone }) => alone).map(',
    replace: 'crashes: deaths.map(',
    caughtBy: crashes,
    title: 'nor the last attempt',
  },
  {
    name: 'mark-outlives-infrastructure-return',
    decision: 'withdrawn-marks',
    file: 'lib/consume/consume.ts',
    search: 'await withdraw(batch.fates.marks(), batch.ports);',
    replace: '',
    caughtBy: crashes,
    title: 'where MongoDB is what is down',
  },
  {
    name: 'unanswered-mark-withdrawn-only',
    decision: 'withdrawn-marks',
    file: ready,
    search: '    await declareVoid(fates.marks(), ports);\n',
    replace: '',
    caughtBy: crashes,
    title: 'may be written behind its withdrawal',
  },
  {
    name: 'others-handed-back-at-the-end',
    decision: 'neighbours-first',
    file: ready,
    search: 'const confirmed = await ports.queue.changeVisibility(options.queueUrl, changes);',
    replace: 'const confirmed = new Set(changes.map(({ receiptHandle }) => receiptHandle));',
    also: [
      {
        file: ready,
        search: "fateOf({ kind: 'handed-back' }, state.receives, ports.random)",
        replace: "{ kind: 'returned', seconds: 0 }",
      },
    ],
    caughtBy: crashes,
    title: 'neighbours-first\\)',
  },
  {
    name: 'young-mark-counts',
    decision: 'young-marks-live',
    file: redelivery,
    search: '.filter(([, { at }]) => at.getTime() + livingMs < clock.now())',
    replace: '',
    caughtBy: crashes,
    title: 'young-marks-live\\)',
  },
  {
    name: 'suspect-not-alone',
    file: redelivery,
    search: 'const alone = suspect && runsAlone(suspect, able, definition);',
    replace: 'const alone = undefined;',
    caughtBy: crashes,
    title: 'neighbours-first\\)',
  },
];

export const batch = ofModel('batch', broken);
