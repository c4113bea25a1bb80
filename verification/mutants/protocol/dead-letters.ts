import { type Broken, ofModel } from './protocol-mutant.ts';

const consuming = 'test/lib/consume/consume.contract.test.ts';
const replaying = 'test/lib/failures/replay/replay.contract.test.ts';
const editing = 'test/lib/failures/replay/edited.contract.test.ts';

const decide = 'lib/failures/dead-letter.ts';
const failures = 'lib/adapters/mongo/failures.ts';
const desk = 'lib/adapters/mongo/desk.ts';
const plan = 'lib/failures/replay/plan.ts';

/** Dead letters, failures, and the desk that replays them. */
const broken: Broken[] = [
  {
    name: 'failure-key-without-fingerprint',
    decision: 'failure-per-payload',
    file: 'lib/core/failure-id.ts',
    search: 'hash(eventKey, fingerprint, 0)',
    replace: 'hash(eventKey, 0)',
    caughtBy: consuming,
    title: 'failures of two payloads',
  },
  {
    name: 'dead-letter-trusts-its-cause',
    decision: 'letters-compare-fingerprints',
    file: decide,
    search: 'if (record && record.fingerprint !== message.fingerprint) {',
    replace: "if (record && record.fingerprint !== message.fingerprint && letter.lastWord?.cause === 'id-reused') {",
    caughtBy: consuming,
    title: 'whatever its cause',
  },
  {
    name: 'settling-leaves-failure',
    decision: 'settling-closes-the-failure',
    file: 'lib/adapters/mongo/settling-writes.ts',
    search: '.filter(({ message }) => message.replay > 0)',
    replace: '.filter(() => false)',
    caughtBy: replaying,
    title: 'settling it closes its failure: effect once',
  },
  {
    name: 'desk-leaves-record',
    decision: 'replay-moves-the-record',
    file: desk,
    search: 'return must({ ...failed, replay: change.replay - 1 }, retrying(change.replay));',
    replace: 'return;',
    caughtBy: replaying,
    title: 'is written first: failure and record',
  },
  {
    name: 'replay-of-id-reused',
    decision: 'reused-id-needs-a-new-id',
    file: plan,
    search: "if (!isOwn(failure, record) || record.state !== 'failed') {",
    replace:
      "if (!record || (failure.cause !== 'id-reused' && (!isOwn(failure, record) || record.state !== 'failed'))) {",
    also: [
      {
        file: plan,
        search: 'publication: replayOf(record, replay, surroundings),',
        replace:
          'publication: replayOf({ ...record, data: failure.data, fingerprint: failure.fingerprint }, replay, surroundings),',
      },
      {
        file: desk,
        search: 'if (matchedCount !== 1) throw outOfStep(_id);\n    };',
        replace: 'void matchedCount;\n    };',
      },
    ],
    caughtBy: replaying,
    title: 'nor when the event that has its id has failed too',
  },
  {
    name: 'edited-replay-not-written-down',
    decision: 'replacement-is-written-down',
    file: desk,
    search: "state: 'replayed', replacement: change.replacement,",
    replace: "state: 'replayed',",
    caughtBy: editing,
    title: 'closes the original and writes the new event into it',
  },
  {
    name: 'ack-before-dlq-confirmed',
    file: 'lib/consume/decide.ts',
    search: "return fact.outcome === 'sent'\n",
    replace: 'return fact.outcome || receives\n',
    caughtBy: consuming,
    title: 'a letter that ends refused',
  },
  {
    name: 'dead-letter-unconditional',
    file: decide,
    search: 'if (record && (isFinal(record) || record.replay !== message.replay)) return null;',
    replace: '',
    also: [
      {
        file: failures,
        search: "        state: { $in: ['retrying', 'failing'] },\n        replay: message.replay,\n",
        replace: '',
      },
    ],
    caughtBy: 'test/lib/failures/dead-letter.contract.test.ts',
    title: 'has succeeded since changes nothing',
  },
];

export const deadLetters = ofModel('consumer', broken);
