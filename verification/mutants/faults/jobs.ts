import type { Mutant } from '../mutant.ts';

const many = 'test/lib/failures/replay/many.contract.test.ts';
const begun = 'test/lib/failures/replay/begun.contract.test.ts';
const begin = 'lib/failures/replay/jobs.ts';
const refused = 'test/lib/failures/replay/refused.contract.test.ts';
const takeBack = 'lib/failures/replay/take-back.ts';
const desk = 'lib/adapters/mongo/desk.ts';
const asked = 'test/lib/http/replays.test.ts';
const jobs = 'lib/adapters/mongo/replay-jobs.ts';

const taken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a job whose beginning nobody heard of stands still for ever',
    file: begin,
    search: 'if (standsStill(other, clock.now()) &&',
    replace: 'if (!standsStill(other, clock.now()) &&',
    caughtBy: begun,
    title: 'whoever began it died',
  },
  {
    name: 'a job that stands still is woken by each who asks',
    file: jobs,
    search: "state: 'running' as const, wokenAt: wokenAt ?? { $exists: false } }",
    replace: "state: 'running' as const }",
    caughtBy: begun,
    title: 'by one message, however often',
  },
  {
    name: 'a job that was unheard and has replayed is told as none',
    file: begin,
    search: '  if (ended?.takenAt) return ended;\n',
    replace: '',
    caughtBy: begun,
    title: 'that replayed by then',
  },
  {
    name: 'a replay that SQS refused for good stays under way',
    file: takeBack,
    search: 'return isOurs && isOwn(failure, record)',
    replace: 'return !isOurs && isOwn(failure, record)',
    caughtBy: refused,
    title: 'its event has failed as before',
  },
  {
    name: 'a new event that SQS refused for good closes its failure',
    file: takeBack,
    search: 'if (closed === undefined || failure',
    replace: 'if (closed !== undefined || failure',
    caughtBy: refused,
    title: 'the failure is open again',
  },
  {
    name: 'what is taken back leaves its record open',
    file: desk,
    search: "const failedBefore = { state: 'failed' as const,",
    replace: 'const failedBefore = {',
    caughtBy: refused,
    title: 'what was sent all the same changes nothing',
  },
  {
    name: 'a replay that a consumer has seen is taken back',
    file: takeBack,
    search: ' && !isSeen(record)',
    replace: '',
    caughtBy: refused,
    title: 'waits for its next attempt',
  },
  {
    name: 'a replay whose type is there is withdrawn by a discard',
    file: 'lib/failures/discard.ts',
    search: 'if (isGone && isUnseen',
    replace: 'if (isUnseen',
    caughtBy: refused,
    title: 'is discarded once nobody has seen it for a minute',
  },
  {
    name: 'a replay that its consumer is at is withdrawn by a discard',
    file: 'lib/failures/discard.ts',
    search: 'if (isGone && isUnseen(view, at.getTime()))',
    replace: 'if (isGone)',
    caughtBy: refused,
    title: 'but not while its consumer is at it',
  },
  {
    name: 'what was taken back counts for its job',
    file: desk,
    search: ', $pull: { byJobs: { replay } } }',
    replace: ' }',
    caughtBy: refused,
    title: 'it is passed over',
  },
  {
    name: 'a job that is cancelled forgets the page under way',
    file: jobs,
    search: 'jobs.updateOne(asRead(job), { $set: told })',
    replace: "jobs.updateOne({ ...asRead(job), state: 'running' }, { $set: told })",
    caughtBy: many,
    title: '`done` is exact where it is cancelled',
  },
  {
    name: 'what SQS did not confirm counts as done',
    file: 'lib/adapters/mongo/job-outcomes.ts',
    search: '    outcomes.waiting -= unconfirmed(_id);\n',
    replace: '',
    caughtBy: many,
    title: 'what SQS has not confirmed is not done',
  },
  {
    name: 'the outcome of a later replay is taken for the one of the job',
    file: 'lib/core/job-outcomes.ts',
    search: 'failure.replay !== replay || failure.replaced',
    replace: 'failure.replaced',
    caughtBy: many,
    title: 'what became of what it replayed',
  },
  {
    name: 'a settled replay does not say how it ended',
    file: 'lib/adapters/mongo/record-updates.ts',
    search: "{ state: 'replayed', outcome, expireAt:",
    replace: "{ state: 'replayed', expireAt:",
    caughtBy: many,
    title: 'what became of what it replayed',
  },
  {
    name: 'a job replays a failure again that failed again',
    file: 'lib/failures/replay/plan.ts',
    search: 'if (job !== undefined && isBehind(failure, job)) {',
    replace: "if (job === '') {",
    caughtBy: many,
    title: 'is not replayed twice by it',
  },
  {
    name: 'two jobs that look at once both run',
    file: 'lib/adapters/mongo/schema.ts',
    search: "{ unique: true, partialFilterExpression: { state: 'running', kind: { $exists: true } } },",
    replace: "{ partialFilterExpression: { state: 'running', kind: { $exists: true } } },",
    caughtBy: many,
    title: 'one runs at a time of a tenant',
  },
  {
    name: 'every job has a rate of its own',
    file: 'lib/failures/replay/many.ts',
    search: '(await jobs.lastTaken(job.tenant)) + SECOND_MS',
    replace: '(job.takenAt?.getTime() ?? 0) + SECOND_MS',
    caughtBy: many,
    title: 'its rate is the tenant',
  },
  {
    name: 'a page of jobs is as large as they are',
    file: 'lib/adapters/mongo/take-page.ts',
    search: ' || (items.length > 0 && bytes > PAGE_BYTES)',
    replace: '',
    caughtBy: many,
    title: 'a page of jobs that name many failures ends early',
  },
  {
    name: 'texts of a filter have no length',
    file: 'lib/http/replay-filter.ts',
    search: 'const text = textUpTo(LONGEST_TEXT);',
    replace: 'const text = textUpTo(LONGEST_TEXT * MOST_IDS);',
    caughtBy: asked,
    title: 'filter that is too long',
  },
  {
    name: 'ids of a filter are not counted',
    file: 'lib/http/members.ts',
    search: 'value.length === 0 || value.length > most',
    replace: 'value.length === 0',
    caughtBy: asked,
    title: 'filter that is too long',
  },
  {
    name: 'a dry run shows data to whoever may write',
    file: 'lib/http/replays.ts',
    search: 'if (!maySee || data === undefined) return { id };',
    replace: 'if (data === undefined) return { id };',
    caughtBy: asked,
    title: 'with dryRun only counts',
  },
];

/** Replays of many. */
export const jobFaults: readonly Mutant[] = taken.map((one) => ({ ...one, engine: 'jobs' }));
