import type { Mutant } from '../mutant.ts';

const message = 'lib/core/message.ts';
const decoding = 'test/lib/core/message.test.ts';
const errors = 'test/lib/http/post-errors.test.ts';
const definitions = 'test/lib/sdk/event.test.ts';
const admitting = 'test/lib/consume/admit.test.ts';
const plan = 'test/lib/failures/replay/plan.test.ts';

const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'any-recordedtime',
    file: message,
    search: '  recordedtime: ownTime,',
    replace: '  recordedtime: ownTime.or(z.string()),',
    caughtBy: decoding,
    title: 'forged: recordedtime',
  },
  {
    name: 'any-time',
    file: message,
    search: "time: z.string().refine(isTimestamp, 'is no timestamp of RFC 3339'),",
    replace: 'time: z.string().refine((value) => isTimestamp(value) || true),',
    caughtBy: decoding,
    title: 'forged: time',
  },
  {
    name: 'any-fingerprint',
    file: message,
    search: 'z.string().regex(/^[\\w-]{43}$/)',
    replace: 'z.string()',
    caughtBy: decoding,
    title: 'forged: fingerprint',
  },
  {
    name: 'any-replay',
    file: message,
    search: 'z.int32().min(0)',
    replace: 'z.number()',
    caughtBy: decoding,
    title: 'forged: replay',
  },
  {
    name: 'any-extension',
    file: message,
    search: 'z.record(z.string().regex(/^[a-z0-9]+$/), z.union([z.string(), z.int32(), z.boolean()]))',
    replace: 'z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))',
    caughtBy: decoding,
    title: 'forged: extensions',
  },
  {
    name: 'any-trace',
    file: message,
    search: '.refine((value) => readTraceparent(value) === value)',
    replace: '.refine((value) => readTraceparent(value) !== null)',
    caughtBy: decoding,
    title: 'forged: traceparent',
  },
  {
    name: 'characters-are-code-units',
    file: message,
    search: 'id: z.string().min(1),',
    replace: 'id: z.string().min(1).refine((value) => value.length <= 256),',
    caughtBy: decoding,
    title: '256 astral characters',
  },
  {
    name: 'bsontype-at-the-door',
    file: 'lib/ingest/data.ts',
    search: "['__proto__', '_bsontype']",
    replace: "['__proto__']",
    caughtBy: errors,
    title: 'a value of BSON that is none',
  },
  {
    name: 'broken-schema-is-our-fault',
    file: 'lib/ingest/data.ts',
    search: 'const { path } = pathOutside(sensitive, throwingPath(schema, data));',
    replace: 'if (thrown) throw thrown;\n    const { path } = pathOutside(sensitive, throwingPath(schema, data));',
    caughtBy: errors,
    title: 'says where a schema broke: in a transform',
  },
  {
    name: 'broken-schema-without-its-place',
    file: 'lib/ingest/throwing-path.ts',
    search: 'if (throws(part, value)) return [name, ...throwingPath(part, value)];',
    replace: 'if (throws(part, value)) return [];',
    caughtBy: errors,
    title: 'says where a schema broke: in one in a list',
  },
  {
    name: 'broken-order-is-our-fault',
    file: 'lib/ingest/publication.ts',
    search: '    cause = sayable(error, redactionOf(sensitive, sent, data));',
    replace: '    throw error;',
    caughtBy: errors,
    title: 'says where a schema broke: in what orders it',
  },
  {
    name: 'async-schema-passes',
    file: 'lib/sdk/options.ts',
    search: '!isAsync(data, example)',
    replace: '!isAsync(data, example) || true',
    caughtBy: definitions,
    title: 'data that cannot be checked at once',
  },
  {
    name: 'async-schema-deep-inside-passes',
    file: 'lib/sdk/sync-schema.ts',
    search: 'if (isPlain(part)) return',
    replace: 'if (isPlain(part) && Array.isArray(part)) return',
    caughtBy: definitions,
    title: 'data that cannot be checked at once: 1',
  },
  {
    name: 'default-in-the-schema',
    file: 'lib/core/json-schema.ts',
    search: 'if (filling.has(zodSchema._zod.def.type)) delete',
    replace: "if (filling.has('') && zodSchema) delete",
    caughtBy: 'test/lib/core/catalogue.test.ts',
    title: 'a schema with a default that is made anew',
  },
  {
    name: 'expirytime-by-another-reader',
    file: 'lib/core/expiry.ts',
    search: 'epochMilliseconds(expirytime)',
    replace: 'Date.parse(expirytime)',
    caughtBy: admitting,
    title: 'expires at a leap second',
  },
  {
    name: 'happened-by-another-reader',
    file: 'lib/consume/admit.ts',
    search: 'happenedAt: dateOf(time)',
    replace: 'happenedAt: new Date(time)',
    caughtBy: admitting,
    title: 'has its times as dates',
  },
  {
    name: 'refinements-are-no-build',
    file: 'lib/consume/admit.ts',
    search: '  if (build && own)\n',
    replace: '  if (build && own && schema !== schemaHash)\n',
    caughtBy: admitting,
    title: 'the schema being the same: a refinement is another',
  },
  {
    name: 'earlier-builds-are-waited-for',
    file: 'lib/core/build.ts',
    search: ' && Date.parse(one.time) > Date.parse(other.time)',
    replace: '',
    caughtBy: admitting,
    title: 'it was narrowed since',
  },
  {
    name: 'desk-says-no-build',
    file: 'lib/failures/replay/message.ts',
    search: 'fingerprint, replay, schema, build },',
    replace: 'fingerprint, replay, schema },',
    caughtBy: plan,
    title: 'a replay names the build .* as it was',
  },
  {
    name: 'a misplaced message is cut by characters',
    file: 'lib/consume/decode.ts',
    search: 'cutToBytes(MISPLACED + record.body, MAX_MESSAGE_BYTES)',
    replace: '(MISPLACED + record.body).slice(0, MAX_MESSAGE_BYTES)',
    also: [
      {
        file: 'lib/consume/decode.ts',
        search: "import { cutToBytes } from '../core/bounded-text.ts';\n",
        replace: '',
      },
    ],
    caughtBy: 'test/lib/consume/decode.test.ts',
    title: 'is cut by what it weighs',
  },
  {
    name: 'names-of-every-object',
    file: 'lib/sdk/own.ts',
    search: 'Object.hasOwn(table, name) ? table[name] : undefined',
    replace: 'table[name]',
    caughtBy: 'test/lib/consume/handle.test.ts',
    title: 'a name that every object has',
  },
];

/** Messages, data, times and definitions that are not of their form. */
export const messages: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'messages' }));
