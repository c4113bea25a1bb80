import type { Mutant } from '../mutant.ts';

const binding = 'test/lib/adapters/mongo/collection-binding.test.ts';
const plain = 'lib/adapters/mongo/plain.ts';
const bound = 'lib/adapters/mongo/collection-binding.ts';
const pipelines = 'lib/adapters/mongo/pipelines.ts';

const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'any-object-is-plain',
    file: plain,
    search: 'if (prototype !== null && prototype !== Object.prototype)\n',
    replace: 'if (prototype === undefined)\n',
    caughtBy: binding,
    title: 'a Map is refused everywhere',
  },
  {
    name: 'undefined-is-left-out-of-filters',
    file: bound,
    search: "const filter = object(given, 'filter', 'refused');",
    replace: "const filter = object(given, 'filter', 'left-out');",
    caughtBy: binding,
    title: 'in a filter is refused with its path',
  },
  {
    name: 'undefined-is-left-out-of-conditions-of-updates',
    file: bound,
    search: "storing.has(operator) ? 'left-out' : 'refused'",
    replace: "'left-out'",
    caughtBy: binding,
    title: 'in what is pulled is refused',
  },
  {
    name: 'invalid-dates-are-stored',
    file: plain,
    search: 'return Number.isNaN(time) ? refuse',
    replace: 'return Number.isNaN(0) ? refuse',
    caughtBy: binding,
    title: 'an invalid Date is refused everywhere',
  },
  {
    name: 'own-bsontype-is-stored',
    file: plain,
    search: "if (names.includes('_bsontype')) refuse(",
    replace: "if (names.includes('_bsontype') && depth_) refuse(",
    also: [{ file: plain, search: 'const DEEPEST = 100;', replace: 'const DEEPEST = 100;\nconst depth_ = false;' }],
    caughtBy: binding,
    title: 'what claims to be of BSON is refused everywhere',
  },
  {
    name: 'values-of-bson-convert',
    file: plain,
    search:
      "return typeof value === 'object' && value !== null && Reflect.get(value, '_bsontype') === type\n    ? value\n",
    replace: "return typeof value === 'object' && value !== null\n    ? value\n",
    caughtBy: binding,
    title: 'an ObjectId that converts is refused everywhere',
  },
  {
    name: 'members-are-read-when-sent',
    file: bound,
    search: 'return { tenant, ...filter };',
    replace: 'return { tenant, ...Object(given) };',
    caughtBy: binding,
    title: 'each member is read once',
  },
  {
    name: 'upserts-take-the-tenant-from-a-filter',
    file: bound,
    search: 'if (joining.has(field)) for',
    replace: "if (joining.has(field) && field === '') for",
    caughtBy: binding,
    title: 'a filter that an upsert reads reaches',
  },
  {
    name: 'pipelines-change-the-tenant',
    file: pipelines,
    search: 'if (fields.some((field) => isOurs(String(field)))) refuse',
    replace: 'if (fields.some((field) => field === 0)) refuse',
    caughtBy: binding,
    title: '\\$unset reaches neither',
  },
  {
    name: 'pipelines-lose-the-tenant',
    file: bound,
    search: 'return [...stages, { $set: { tenant: { $literal: tenant } } }];',
    replace: 'return stages;',
    caughtBy: binding,
    title: 'whatever a pipeline makes of a document',
  },
  {
    name: 'pipelines-give-an-id',
    file: pipelines,
    search: "if (inserts && name.startsWith('$replace'))",
    replace: "if (inserts && name === '')",
    caughtBy: binding,
    title: 'an _id by replacing',
  },
  {
    name: 'unknown-stages-pass',
    file: pipelines,
    search: 'if (!reading.has(name)) refuse',
    replace: "if (name === '$out') refuse",
    caughtBy: binding,
    title: 'an unknown stage reaches',
  },
  {
    name: 'operators-run-code',
    file: pipelines,
    search: '/^\\$(where|function|accumulator|_.*)$/',
    replace: '/^\\$(function|accumulator)$/',
    caughtBy: binding,
    title: 'an operator that runs code|an internal operator',
  },
  {
    name: 'update-of-nothing-is-refused',
    file: bound,
    search: 'return Object.keys(update).length === 0 ? { $set: {} } : update;',
    replace: 'return update;',
    caughtBy: binding,
    title: 'an update of nothing',
  },
  {
    name: 'writes-of-nothing-fail',
    file: 'lib/adapters/mongo/collection.ts',
    search: 'own.length > 0 && (await target.insertMany(own, bound))',
    replace: 'await target.insertMany(own, bound)',
    caughtBy: 'test/lib/adapters/mongo/collection.contract.test.ts',
    title: 'nothing to do is nothing to do',
    seconds: 30,
  },
  {
    name: 'unique-fields-may-be-absent',
    file: 'lib/adapters/mongo/schema.ts',
    search: '{ ...required({ tenant: text }), ...present(declaration) }',
    replace: 'required({ tenant: text })',
    also: [
      {
        file: 'lib/adapters/mongo/schema.ts',
        search: '/** What is unique is there:',
        replace: 'void (() => present);\n/** What is unique is there:',
      },
    ],
    caughtBy: 'test/lib/adapters/mongo/collection.contract.test.ts',
    title: 'a document without a field that is unique',
    seconds: 30,
  },
];

/** What a handler gives to a collection that is not what it seems, or is nothing. */
export const documents: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'documents' }));
