import type { Mutant } from '../mutant.ts';

const anything = 'test/lib/consume/anything.test.ts';

const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a reason of any length',
    file: 'lib/sdk/result.ts',
    search: 'reason.length > LONGEST_REASON ||',
    replace: '',
    caughtBy: anything,
    title: 'no reason: .x',
  },
  {
    name: 'a reason that is no text',
    file: 'lib/sdk/result.ts',
    search: "typeof reason !== 'string' ||",
    replace: '',
    caughtBy: anything,
    title: 'no reason: 5',
  },
  {
    name: 'a thrown no is an error',
    file: 'lib/consume/handle.ts',
    search: 'Rejected.is(thrown) && events === 1',
    replace: 'Rejected.is(thrown) && events < 1',
    caughtBy: anything,
    title: 'thrown it counts as returned',
  },
  {
    name: 'a returned error is a result',
    file: 'lib/consume/result-text.ts',
    search: 'isA(value, one)',
    replace: 'isA(value, one) && value === one',
    caughtBy: anything,
    title: 'an error is no result',
  },
  {
    name: 'a result of any depth',
    file: 'lib/consume/result-text.ts',
    search: 'isDeeperThan(DEEPEST_RESULT,',
    replace: 'isDeeperThan(1000,',
    caughtBy: anything,
    title: 'too many levels',
  },
  {
    name: 'the handler is given the data of the message',
    file: 'lib/consume/admit.ts',
    search: 'definition.data.safeParse(copyOfJson(data))',
    replace: 'definition.data.safeParse(data)',
    caughtBy: anything,
    title: 'each run has a copy',
  },
  {
    name: 'the handler is given the extensions of the message',
    file: 'lib/consume/admit.ts',
    search: 'extensions: { ...extensions },',
    replace: 'extensions,',
    caughtBy: anything,
    title: 'each run has a copy',
  },
  {
    name: 'a repeated run goes on with the data of the first',
    file: 'lib/consume/admit.ts',
    search: 'unused = undefined;',
    replace: '',
    caughtBy: anything,
    title: 'repeated after a conflict',
  },
  {
    name: 'a context lives for ever',
    file: 'lib/consume/life.ts',
    search: 'if (over) return refuse(how);',
    replace: '',
    caughtBy: anything,
    title: 'is waited for where it was begun',
  },
  {
    name: 'what was begun is not waited for',
    file: 'lib/consume/handle.ts',
    search: 'await transaction.drain();',
    replace: '',
    caughtBy: anything,
    title: 'is waited for where it was begun',
  },
  {
    name: 'a late use is not said',
    file: 'lib/consume/life.ts',
    search: 'if (!said)',
    replace: 'if (said)',
    caughtBy: anything,
    title: 'is waited for where it was begun',
  },
  {
    name: 'a stray rejection is not said',
    file: 'lib/wiring/stray-rejections.ts',
    search: 'if (!run) throw reason;',
    replace: 'if (!run) throw reason;\n    if (run) return;',
    caughtBy: 'test/lib/wiring/stray-rejections.test.ts',
    title: 'is said with its event',
  },
  {
    name: 'every rejection is survived',
    file: 'lib/wiring/stray-rejections.ts',
    search: 'if (!run) throw reason;',
    replace: '',
    caughtBy: 'test/lib/wiring/stray-rejections.test.ts',
    title: 'ends the process as before',
  },
];

/** What a handler returns, changes and begins. */
export const handlers: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'handlers' }));
