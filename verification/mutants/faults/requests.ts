import type { Mutant } from '../mutant.ts';

const bounds = 'test/lib/http/door-bounds.test.ts';
const plan = 'test/lib/failures/replay/plan.test.ts';
const array = 'test/lib/http/post-array.test.ts';
const query = 'test/lib/http/strange-query.test.ts';
const errors = 'test/lib/http/post-errors.test.ts';
const desk = 'test/lib/http/get-failures.test.ts';
const jobs = 'test/lib/http/replays.test.ts';
const groups = 'test/lib/adapters/mongo/queries.contract.test.ts';
const verdict = 'test/lib/adapters/sqs/verdict.test.ts';

const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'attributes-without-length',
    file: 'lib/ingest/attributes.ts',
    search: 'value.length > maxLength',
    replace: 'value.length > Number.MAX_SAFE_INTEGER',
    caughtBy: bounds,
    title: 'the door bounds',
  },
  {
    name: 'extensions-without-number',
    file: 'lib/ingest/attributes.ts',
    search: 'if (excess !== undefined)',
    replace: 'if (excess === null)',
    caughtBy: bounds,
    title: 'the number of extensions',
  },
  {
    name: 'decoder-has-the-bounds-of-the-door',
    file: 'lib/core/message.ts',
    search: 'source: z.string().min(1),',
    replace: 'source: z.string().min(1).max(512),',
    caughtBy: bounds,
    title: 'a message of an earlier door',
  },
  {
    name: 'answer-without-budget',
    file: 'lib/http/events-answer.ts',
    search: 'full ||= bytes + more > BUDGET;',
    replace: 'full ||= bytes + more > 100 * BUDGET;',
    caughtBy: array,
    title: 'with many faults each',
  },
  {
    name: 'unknown-parameters-pass',
    file: 'lib/http/strange-query.ts',
    search: 'throw strangeName(name, Object.keys(known));',
    replace: 'continue;',
    caughtBy: query,
    title: 'refuses a parameter that it does not know',
  },
  {
    name: 'the-first-of-two-counts',
    file: 'lib/http/strange-query.ts',
    search: "if (seen.has(name)) throw invalidParameter(name, 'is given more than once');",
    replace: '',
    caughtBy: query,
    title: 'given twice',
  },
  {
    name: 'idempotency-keys-are-joined',
    file: 'lib/http/read-events.ts',
    search: "header.includes(',') ? { fault: TWICE } : id",
    replace: 'id',
    caughtBy: errors,
    title: 'Idempotency-Key a',
  },
  {
    name: 'attributes-in-headers-are-joined',
    file: 'lib/http/binary-event.ts',
    search: "single.has(name) && value.includes(',')",
    replace: 'single.has(value)',
    caughtBy: errors,
    title: 'binary ce-id: e-1,e-1',
  },
  {
    name: 'media-type-unsaid',
    file: 'lib/http/media-type-problem.ts',
    search: "const contentType = printable(sent['content-type']);",
    replace: "const contentType = printable(sent['content-language']);",
    caughtBy: errors,
    title: 'which media type came instead',
  },
  {
    name: 'media-type-shown-as-it-came',
    file: 'lib/http/media-type-problem.ts',
    search: ".replaceAll(/[^\\x20-\\x7e]/g, '?')",
    replace: '',
    caughtBy: errors,
    title: 'which media type came instead',
  },
  {
    name: 'null-is-nothing',
    file: 'lib/http/members.ts',
    search: 'if (value === null) throw',
    replace: 'if (value === null) continue;\n    if (value === undefined) throw',
    caughtBy: jobs,
    title: 'is 400 for',
  },
  {
    name: 'unknown-members-pass',
    file: 'lib/http/members.ts',
    search: 'throw strangeName(name, Object.keys(readers), where);',
    replace: 'continue;',
    caughtBy: jobs,
    title: 'a misspelt member',
  },
  {
    name: 'any-cursor-will-do',
    file: 'lib/http/list-cursor.ts',
    search: 'return sealCursor(position, of) === cursor ? position : undefined;',
    replace: 'return position === of.list ? undefined : position;',
    caughtBy: desk,
    title: 'takes no cursor but that of this list',
  },
  {
    name: 'cursors-of-any-tenant',
    file: 'lib/http/list-cursor.ts',
    search: '[VERSION, list, tenants, bounds, filter, position]',
    replace: '[VERSION, list, tenants.length, filter, position]',
    caughtBy: desk,
    title: 'takes no cursor but that of this list',
  },
  {
    name: 'expired-events-are-replayed',
    file: 'lib/failures/replay/plan.ts',
    search: 'if (hasExpired(',
    replace: 'if (failure === null && hasExpired(',
    caughtBy: plan,
    title: 'is not run again',
  },
  {
    name: 'edited-replay-expires',
    file: 'lib/failures/replay/message.ts',
    search: 'expirytime: ___, ',
    replace: '',
    caughtBy: plan,
    title: 'the new event does not expire',
  },
  {
    name: 'edited-replay-at-the-door',
    file: 'lib/failures/replay/message.ts',
    search: 'return acceptable(sent, { ...surroundings, tenant });',
    replace:
      'const { extensions: more, binaryData: ____, ...members } = sent;\n  return checkEvent({ members: { ...more, ...members }, plain: true }, { ...surroundings, tenant });',
    also: [
      {
        file: 'lib/failures/replay/message.ts',
        search: 'import { acceptable, type CheckedEvent }',
        replace: 'import { acceptable, checkEvent, type CheckedEvent }',
      },
    ],
    caughtBy: plan,
    title: 'whatever attributes an earlier door',
  },
  {
    name: 'outage-comes-back-as-one-wave',
    file: 'lib/consume/retry.ts',
    search: 'late + random() * Math.min(doubled, OUTAGE_FLOOR)',
    replace: 'late + (late > 0 ? random() : 1) * Math.min(doubled, OUTAGE_FLOOR)',
    caughtBy: 'test/lib/consume/retry.test.ts',
    title: 'spread over each of its waits',
  },
  {
    name: 'size-may-pass',
    file: 'lib/adapters/sqs/verdict.ts',
    search: 'if (!bySize) return undefined;',
    replace: 'if (!bySize || code !== message) return undefined;',
    caughtBy: verdict,
    title: 'more bytes than the queue takes',
  },
  {
    name: 'content-may-pass',
    file: 'lib/adapters/sqs/verdict.ts',
    search: "(mendable.test(Code) ? 'refused' : 'unacceptable')",
    replace: "'refused'",
    caughtBy: verdict,
    title: 'a fault of the sender’s that nobody knows',
  },
  {
    name: 'no-right-is-for-good',
    file: 'lib/adapters/sqs/verdict.ts',
    search: "(mendable.test(Code) ? 'refused' : 'unacceptable')",
    replace: "'unacceptable'",
    caughtBy: verdict,
    title: 'no permission|a queue that is gone',
  },
  {
    name: 'refused-for-good-is-503',
    file: 'lib/ingest/not-sent.ts',
    search: 'if (isRefusedForGood(outcome)) {',
    replace: "if (isRefusedForGood(outcome) && id === '') {",
    caughtBy: 'test/lib/ingest/ingest.test.ts',
    title: 'is for good',
  },
  {
    name: 'one-large-event-refuses-its-batch',
    file: 'lib/adapters/sqs/sqs.ts',
    search: 'going.length > 1 && verdicts.every(({ whole }) => whole)',
    replace: 'going.length > 10 && verdicts.every(({ whole }) => whole)',
    caughtBy: 'test/lib/adapters/sqs/faults.contract.test.ts',
    title: 'is sent one by one',
  },
  {
    name: 'closed-failures-count',
    file: 'lib/http/get-failures.ts',
    search: "someOf(query, 'status', failureStates) ?? OPEN_STATES",
    replace: "someOf(query, 'status', failureStates) ?? failureStates",
    caughtBy: desk,
    title: 'shows what waits for a person',
  },
  {
    name: 'states-are-not-told-apart',
    file: 'lib/adapters/mongo/failure-groups.ts',
    search: "{ $eq: ['$state', state] }",
    replace: "{ $ne: ['$state', null] }",
    caughtBy: groups,
    title: 'counted by state',
  },
  {
    name: 'groups-without-index',
    file: 'lib/adapters/mongo/schema.ts',
    search: ', type: 1, cause: 1, code: 1, source: 1 }),',
    replace: ' }),',
    caughtBy: groups,
    title: 'are counted from an index',
  },
];

/** What callers send and are told, where it was wrong. */
export const requests: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'requests' }));
