import { type Broken, ofModel } from './protocol-mutant.ts';

const consuming = 'test/lib/consume/newer.contract.test.ts';
const message = 'lib/core/message.ts';

/** Old and new code side by side (docs/decisions/0014); the model knows one format only. */
const broken: Broken[] = [
  {
    name: 'newer-version-is-buried',
    file: message,
    search: "if ('version' in value) refuseNewer('the message', value.version, VERSION);",
    replace: '',
    caughtBy: consuming,
    title: 'comes back after a while, and nothing is recorded of it',
  },
  {
    name: 'unknown-members-are-dropped',
    file: message,
    search: '  ...carried,\n',
    replace: '',
    caughtBy: consuming,
    title: 'go along in its letter',
  },
];

export const formats = ofModel('formats', broken);
