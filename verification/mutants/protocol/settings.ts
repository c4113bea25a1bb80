import { type Broken, ofModel } from './protocol-mutant.ts';

const consuming = 'test/lib/consume/settings.test.ts';

/** What stands between an event and its handler (docs/decisions/0017); the model knows no settings. */
const broken: Broken[] = [
  {
    name: 'unreadable-settings-fail',
    file: 'lib/consume/what-it-needs.ts',
    search: 'if (error instanceof NotReadyError) {',
    replace: 'if (error instanceof Error) {',
    caughtBy: consuming,
    title: 'however old, and never as a failure',
  },
  {
    name: 'missing-settings-are-an-outage',
    file: 'lib/consume/what-it-needs.ts',
    search: 'if (error instanceof NotReadyError) {',
    replace: 'if (error instanceof NotReadyError && batch.breaker === undefined) {',
    caughtBy: consuming,
    title: 'end a day before a message would die of age',
  },
  {
    name: 'secrets-are-told',
    file: 'lib/core/settings.ts',
    search: "fault: text === undefined ? MISSING : ((code && faults[code]) ?? 'does not fit its schema')",
    replace: "fault: text === undefined ? MISSING : (parsed.error.issues[0]?.message ?? '')",
    caughtBy: 'test/lib/core/settings.test.ts',
    title: 'never tell a value: the words of a rule',
  },
];

export const settings = ofModel('settings', broken);
