import { type Broken, ofModel } from './protocol-mutant.ts';

const consuming = 'test/lib/consume/consume.contract.test.ts';
const hard = 'test/lib/consume/consume-hard.contract.test.ts';
const names = 'test/lib/core/event-key.test.ts';
const ids = 'lib/core/fifo.ts';

const broken: Broken[] = [
  {
    name: 'letter-before-record-is-closed',
    decision: 'failing-before-the-letter',
    file: 'lib/consume/settle.ts',
    search:
      "const closed = await records.fail(key, message, attempts, lastWord, asRead ? state : undefined);\n    if (!closed) return [state, { kind: 'refused' }];\n",
    replace: '',
    caughtBy: consuming,
    title: 'failing-before-the-letter\\)',
  },
  {
    name: 'no-fingerprint-in-id',
    file: ids,
    search: 'hash([eventKey, fingerprint, replay, queue])',
    replace: 'hash([eventKey, replay, queue])',
    caughtBy: names,
    title: 'deduplication id swallowing',
  },
  {
    name: 'no-replay-in-id',
    file: ids,
    search: 'hash([eventKey, fingerprint, replay, queue])',
    replace: 'hash([eventKey, fingerprint, queue])',
    caughtBy: names,
    title: 'deduplication id swallowing',
  },
  {
    name: 'group-goes-on-after-failure',
    file: 'lib/consume/execute.ts',
    search: "state.group === runnable.state.group && fates.of(state)?.kind === 'returned'",
    replace: 'state.group !== runnable.state.group && fates.of(state) === null',
    caughtBy: 'test/lib/consume/crashes.contract.test.ts',
    title: 'follower hidden longer',
  },
  {
    name: 'copies-dropped-by-event-key',
    file: 'lib/consume/decode.ts',
    search: 'const same =',
    replace: 'const same = key;\n      const _whole =',
    caughtBy: hard,
    title: 'two payloads and two replays of one id in one batch',
  },
];

export const fifo = ofModel('fifo', broken);
