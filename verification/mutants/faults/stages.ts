import type { Mutant } from '../mutant.ts';

const twoStages = 'test/lib/wiring/two-stages.contract.test.ts';
const moving = 'test/lib/adapters/redis/move-projections.contract.test.ts';

/** Stages that share servers, and projections that become one stage's. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: '31 keys without the stage',
    file: 'lib/adapters/redis/keys.ts',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    search: 'const begin = `{${space}:`;',
    replace: "const begin = `{${space.split(':')[0]}:`;",
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    caughtBy: twoStages,
    title: 'an id that one has taken is new to the other',
  },
  {
    name: '31 one database for all stages',
    file: 'lib/core/adapter-options.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    search: 'config.MONGODB_DATABASE ?? `${config.SERVICE}_${config.STAGE}`',
    replace: "config.MONGODB_DATABASE ?? 'sluice'",
    caughtBy: twoStages,
    title: 'each has a database of its own',
  },
  {
    name: '31 keys of other stages are listed, and taken for this one’s',
    file: 'lib/adapters/redis/keys.ts',
    search: "(key.startsWith(begin) ? key.slice(begin.length) : '')",
    replace: 'key.slice(begin.length)',
    also: [
      {
        file: 'lib/adapters/redis/keys.ts',
        // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is the source that is searched
        search: 'pattern: `${begin}*}:*`,',
        replace: "pattern: '{*}:*',",
        // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is the source that is searched
      },
    ],
    caughtBy: 'test/local/stack/state/crash.contract.test.ts',
    title: 'what others can make anew leaves Redis',
  },
  {
    name: '31 a new database beside everybody’s',
    file: 'deploy/database.ts',
    search: 'if (config.MONGODB_DATABASE === undefined) await checkNew',
    replace: 'if (false) await checkNew',
    caughtBy: 'test/deploy/database.contract.test.ts',
    title: 'refuses a new database',
  },
  {
    name: '31 values move without their guards',
    file: 'lib/adapters/redis/move-projections.ts',
    search: '(?:guard|key):.*)$/s;',
    replace: 'key:.*)$/s;',
    caughtBy: moving,
    title: 'are moved with their guards',
  },
  {
    name: '31 guards move beside other values',
    file: 'lib/adapters/redis/move-projections.ts',
    search: 'if (one.left) return;',
    replace: '',
    caughtBy: moving,
    title: 'are left as they are, guards and all',
  },
];

export const stages: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'stages' }));
