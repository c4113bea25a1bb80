import type { Mutant } from '../mutant.ts';

const importing = 'test/deploy/pipeline/import-left.test.ts';
const delivering = 'test/deploy/pipeline/deliver-stage.test.ts';

/** Deliveries that leave messages behind, or do not find what was left. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'going back over a type leaves what waits',
    file: 'deploy/pipeline/deliver-stage.ts',
    search: 'if (abandoned.length === 0) return;',
    replace: 'if (abandoned.length >= 0) return;',
    caughtBy: delivering,
    title: 'and would be read by nobody',
  },
  {
    name: 'one type that is left by name lets all be left',
    file: 'deploy/pipeline/deliver-stage.ts',
    search: '!leave.includes(type)',
    replace: 'leave.length === 0 && type',
    caughtBy: delivering,
    title: 'and would be read by nobody',
  },
  {
    name: 'nobody hears of what is read by nobody after a rollback',
    file: 'deploy/pipeline/deliver-stage.ts',
    search: '  } finally {\n    await sayUnread(name, stage, say);\n  }',
    replace: '  } finally {\n  }',
    caughtBy: delivering,
    title: 'and is read by nobody is told of',
  },
  {
    name: 'messages in flight are none',
    file: 'deploy/pipeline/aws-holding.ts',
    search: '.reduce((sum, one) => sum + one, 0)',
    replace: '.reduce((sum, one) => sum + one * 0, 0)',
    caughtBy: importing,
    title: 'knows which queues a package would leave',
  },
  {
    name: 'an import changes what is deployed',
    file: 'deploy/pipeline/held-template.ts',
    search: 'Resources: { ...before.Resources, ...Object.fromEntries(imported) }',
    replace: 'Resources: { ...Resources, ...Object.fromEntries(imported) }',
    caughtBy: importing,
    title: 'is what is deployed, unchanged',
  },
  {
    name: 'what the stack has is imported once more',
    file: 'deploy/pipeline/import-left.ts',
    search: 'names.has(name) && !deployed.some((one) => one.name === name)',
    replace: 'names.has(name)',
    caughtBy: importing,
    title: 'takes in what was left, and nothing that the stack has',
  },
];

export const deliveries: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'delivering' }));
