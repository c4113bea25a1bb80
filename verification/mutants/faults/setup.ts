import type { Mutant } from '../mutant.ts';

const consuming = 'test/lib/consume/setup.contract.test.ts';
const changing = 'test/deploy/database-changes.contract.test.ts';
const indexes = 'lib/adapters/mongo/set-up-indexes.ts';
const waits = 'runs nothing, returns its messages for a while';

/** Databases that are not, or not all, as the code that runs on them declares. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: '32 runs without a setup',
    file: 'lib/consume/setup.ts',
    search: 'if (missing.length === 0) return;',
    replace: 'if (missing.length >= 0) return;',
    caughtBy: consuming,
    title: waits,
  },
  {
    name: '32 a missing setup is kept for the whole environment',
    file: 'lib/consume/setup.ts',
    search: 'const missing = await missingSetup();',
    replace: 'const missing = await (kept ??= missingSetup());',
    also: [
      {
        file: 'lib/consume/setup.ts',
        search: 'const MOST_NAMED = 5;',
        replace: 'const MOST_NAMED = 5;\nlet kept: ReturnType<MissingSetup> | undefined;',
      },
    ],
    caughtBy: consuming,
    title: waits,
  },
  {
    name: '32 an index that is not unique will do',
    file: 'lib/adapters/mongo/missing-setup.ts',
    search: '(options.unique !== true || there.unique)',
    replace: 'options !== undefined',
    caughtBy: consuming,
    title: waits,
  },
  {
    name: '32 a database without a setup is up',
    file: 'lib/http/get-health.ts',
    search: 'const mongodb = answers && setUp;',
    replace: 'const mongodb = answers;',
    caughtBy: 'test/lib/http/get-health.test.ts',
    title: 'says why when a database that answers was never set up',
  },
  {
    name: '39 a queue that is there keeps what it has',
    file: 'local/engines/sqs/ensure-queues.ts',
    search: 'await client.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: changeable }));',
    replace: 'void [SetQueueAttributesCommand, changeable];',
    caughtBy: 'test/local/stack/engines/engines.contract.test.ts',
    title: 'gets those that are declared',
  },
  {
    name: '38 a time of expiry stays what it was',
    file: indexes,
    search: 'await translated(() => db.command({ collMod: name, index }));',
    replace: 'void index;',
    caughtBy: changing,
    title: 'takes another time of expiry',
  },
  {
    name: '38 an index is what it was, unique or not',
    file: indexes,
    search: '&& there.unique === (options.unique === true)',
    replace: '&& options !== undefined',
    caughtBy: changing,
    title: 'makes an index unique where all documents fit',
  },
  {
    name: '38 what is left over is dropped without a word',
    file: indexes,
    search: '!replaced && !options.dropUnused',
    replace: '!replaced && !options',
    caughtBy: changing,
    title: 'which refuses until it is dropped with a word',
  },
  {
    name: '38 dropped before its successor is built',
    file: indexes,
    search: '  for (const one of wanted) {',
    replace:
      '  for (const one of there.filter((index) => !wanted.some((other) => isSame(index, other))))\n    await drop(collection, one.name);\n  for (const one of wanted) {',
    caughtBy: changing,
    title: 'names documents that share what is to be unique',
  },
  {
    name: '38 documents that do not fit are not named',
    file: indexes,
    search: '{ $match: { count: { $gt: 1 } } },',
    replace: '{ $match: { count: { $lt: 1 } } },',
    caughtBy: changing,
    title: 'names documents that share what is to be unique',
  },
];

export const setup: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'setup' }));
