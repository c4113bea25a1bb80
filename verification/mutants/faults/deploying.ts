import type { Mutant } from '../mutant.ts';

const stages = 'test/deploy/stage-file.test.ts';
const narrowing = 'test/deploy/released/narrowings.test.ts';
const pull = 'test/deploy/released/changes.test.ts';
const releasing = 'test/deploy/released/release.test.ts';

/** Stages that say what nobody reads, and deployments that lose what was accepted. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a key that no stage has is nothing',
    file: 'deploy/stage-file.ts',
    search: 'const deployed = z.strictObject({',
    replace: 'const deployed = z.object({',
    caughtBy: stages,
    title: 'is refused in one line that names file and key: .*orgins',
  },
  {
    name: 'a parameter that no stage has is nothing',
    file: 'deploy/stage-parameters.ts',
    search: 'throw new ConfigError(strange(name, schema));',
    replace: 'return before;',
    caughtBy: stages,
    title: 'that do not fit are refused: orgins',
  },
  {
    name: 'a list of the command line is one text',
    file: 'deploy/stage-parameters.ts',
    search: "return text.split(',').map((one) => one.trim());",
    replace: 'return [text];',
    caughtBy: stages,
    title: 'stand in the place of what the file says',
  },
  {
    name: 'ingest is not told what is reserved for it',
    file: 'deploy/environment.ts',
    search: '...(reserved !== undefined && { INGEST_CONCURRENCY: String(reserved) }),',
    replace: '',
    caughtBy: stages,
    title: 'ingest is told how much it has',
  },
  {
    name: 'what reserves nothing holds no connection',
    file: 'deploy/connections.ts',
    search: 'reservedConcurrency ?? Number.POSITIVE_INFINITY',
    replace: 'reservedConcurrency ?? 0',
    caughtBy: stages,
    title: 'are bounded by the account',
  },
  {
    name: 'a queue of two mappings counts once',
    file: 'deploy/connections.ts',
    search: 'return concurrency * queueIdsOf(one.declaration.queues?.consume ?? [], one).length;',
    replace: 'return concurrency;',
    caughtBy: stages,
    title: 'are the most that all functions may hold together',
  },
  {
    name: 'a rollback deletes what it made',
    file: 'deploy/retained.ts',
    search: "const retained: Retained = { DeletionPolicy: 'Retain',",
    replace: "const retained = { DeletionPolicy: 'RetainExceptOnCreate',",
    caughtBy: stages,
    title: 'keeps every queue and every log',
  },
  {
    name: 'a queue that is replaced is deleted',
    file: 'deploy/queues.ts',
    search: '{ ...queue, ...keeping(settings) }',
    replace: "{ ...queue, ...keeping(settings), UpdateReplacePolicy: 'Delete' }",
    caughtBy: stages,
    title: 'keeps every queue and every log',
  },
  {
    name: 'a type may go',
    file: 'deploy/released/changes.ts',
    search: ": [['removed', 'it has no event file any more']];",
    replace: ': [];',
    caughtBy: pull,
    title: 'that takes an event file away',
  },
  {
    name: 'one meant change lets all through',
    file: 'deploy/released/changes.ts',
    search: '(meant[type] ?? []).includes(kind)',
    replace: '(meant[type] ?? []).length > 0',
    caughtBy: pull,
    title: 'may do what it says by name',
  },
  {
    name: 'what is meant stays for the next change',
    file: 'deploy/released/release.ts',
    search: 'writeMeant(project, stillMeant(readMeant(project), after, catalogue));',
    replace: '',
    caughtBy: releasing,
    title: 'takes what was meant out of the file',
  },
  {
    name: 'an order is what its example says',
    file: 'deploy/released/changes.ts',
    search: '&& canonicalize(before.by) === canonicalize(now.by)',
    replace: '',
    caughtBy: pull,
    title: 'that orders a type by another key',
  },
  {
    name: 'a field may go where others are let in',
    file: 'deploy/released/narrowings.ts',
    search: '.filter((name) => !(name in are))',
    replace: '.filter((name) => !(name in are) && after.additionalProperties === false)',
    caughtBy: narrowing,
    title: 'and where others are taken',
  },
  {
    name: 'a field may be made required',
    file: 'deploy/released/narrowings.ts',
    search: '.filter((name) => !needed.includes(name))',
    replace: '.filter((name) => !needed.includes(name) && !(name in were))',
    caughtBy: narrowing,
    title: 'a field made required',
  },
  {
    name: 'a value may go',
    file: 'deploy/released/narrowings.ts',
    search: 'const gone = were.filter((value) => !are.some((one) => equal(one, value)));',
    replace: 'const gone = were.filter((value) => are.length === 0 && value);',
    caughtBy: narrowing,
    title: 'a value less',
  },
  {
    name: 'a deployment goes before its release',
    file: 'deploy/released/release.ts',
    search: 'if (canonicalize(recorded) === canonicalize(releasedOf(catalogue))) return;',
    replace: 'if (Object.keys(recorded).length > 0) return;',
    caughtBy: releasing,
    title: 'what is deployed there must be in it',
  },
  {
    name: 'a lock with releases is emptied',
    file: 'deploy/released/release.ts',
    search: 'if (stage !== undefined && types)',
    replace: 'if (stage === undefined && types)',
    caughtBy: releasing,
    title: 'is not where something was',
  },
];

export const deploying: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'deploying' }));
