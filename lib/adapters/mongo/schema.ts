import type { CreateIndexesOptions, Document, IndexSpecification } from 'mongodb';
import type { CollectionDeclaration } from '../../sdk/declarations.ts';

/** An index that code relies on. */
export interface Index {
  keys: IndexSpecification & Document;
  options: CreateIndexesOptions;
  /** By it documents of handlers leave. */
  takesDocuments?: true;
}

/** A collection as `db:setup` makes it. */
export interface CollectionPlan {
  name: string;
  validator?: Document;
  indexes: Index[];
}

const newestFirst = { recordedtime: -1, _id: -1 } as const;
const index = (keys: Document, options: CreateIndexesOptions = {}): Index => ({ keys, options });
/** The whole document leaves when its `expireAt` has passed; documents without it stay. https://www.mongodb.com/docs/manual/core/index-ttl/ */
const expiring = index({ expireAt: 1 }, { expireAfterSeconds: 0 });

const required = (properties: Record<string, Document>, optional: Record<string, Document> = {}): Document => ({
  $jsonSchema: { bsonType: 'object', required: Object.keys(properties), properties: { ...properties, ...optional } },
});
const text = { bsonType: 'string' };
const number = { bsonType: ['int', 'long', 'double'] };
/** Absent in what older code writes. */
const format = { format: number };

const own: CollectionPlan[] = [
  {
    name: 'events',
    validator: required(
      {
        tenant: text,
        source: text,
        id: text,
        type: text,
        recordedtime: text,
        fingerprint: text,
        state: { enum: ['retrying', 'failing', 'succeeded', 'rejected', 'failed', 'expired'] },
        replay: number,
        attempts: { bsonType: 'array' },
      },
      format,
    ),
    indexes: [
      index({ tenant: 1, ...newestFirst }),
      index({ tenant: 1, type: 1, ...newestFirst }),
      index({ tenant: 1, state: 1, ...newestFirst }),
      index({ tenant: 1, type: 1, state: 1, ...newestFirst }),
      index({ tenant: 1, settledAt: 1, _id: 1 }),
      expiring,
    ],
  },
  {
    name: 'failures',
    validator: required(
      {
        tenant: { bsonType: ['string', 'null'] },
        cause: text,
        state: { enum: ['open', 'replaying', 'replayed', 'failed-again', 'discarded'] },
        recordedtime: text,
      },
      format,
    ),
    indexes: [
      index({ tenant: 1, ...newestFirst }),
      index({ tenant: 1, type: 1, ...newestFirst }),
      index({ tenant: 1, cause: 1, ...newestFirst }),
      index({ tenant: 1, 'byJobs.job': 1 }),
      index({ tenant: 1, group: 1, ...newestFirst }),
      index({ tenant: 1, state: 1, ...newestFirst }),
      // How many are open of a type, whosever they are.
      index({ state: 1, type: 1 }),
      // All that groups are counted by, so that no document is read for it; states are few, and always sought by name.
      index({ tenant: 1, state: 1, group: 1, ...newestFirst, type: 1, cause: 1, code: 1, source: 1 }),
      expiring,
    ],
  },
  {
    name: 'replays',
    validator: required(
      {
        tenant: text,
        state: { enum: ['running', 'done', 'cancelled'] },
        createdtime: text,
      },
      format,
    ),
    indexes: [
      index({ tenant: 1, createdtime: -1, _id: -1 }),
      // One that runs, of a tenant and kind; older code wrote no kind.
      index(
        { tenant: 1, kind: 1 },
        { unique: true, partialFilterExpression: { state: 'running', kind: { $exists: true } } },
      ),
      expiring,
    ],
  },
];

/** What says who may ask for what. */
const access: CollectionPlan[] = [
  {
    name: 'keys',
    validator: required({ tenant: text, hash: text, name: text, createdtime: text, format: number }),
    indexes: [
      index({ hash: 1 }, { unique: true }),
      index({ 'before.hash': 1 }),
      index({ tenant: 1, createdtime: -1, _id: -1 }),
      index({ createdtime: -1, _id: -1 }),
      expiring,
    ],
  },
  { name: 'tenants', validator: required({ format: number }), indexes: [] },
  {
    name: 'audit',
    validator: required({ tenant: { bsonType: ['string', 'null'] }, at: text, action: text, subject: text }),
    indexes: [
      index({ at: -1, _id: -1 }),
      index({ tenant: 1, at: -1, _id: -1 }),
      index({ tenant: 1, action: 1, at: -1, _id: -1 }),
      index({ tenant: 1, 'by.key': 1, at: -1, _id: -1 }),
      index({ tenant: 1, 'by.name': 1, at: -1, _id: -1 }),
      expiring,
    ],
  },
];

/** Every collection with its validator and indexes: Sluice's own, and what the event files declare, tenant first. */
export function planDatabase(declarations: Readonly<Record<string, CollectionDeclaration>>): CollectionPlan[] {
  return [...planConsumers(declarations), ...access];
}

/** The collections that consumers rely on: none of those of keys, whose lack stops nothing that was accepted. */
export function planConsumers(declarations: Readonly<Record<string, CollectionDeclaration>>): CollectionPlan[] {
  return [
    ...own,
    ...Object.entries(declarations).map(([name, declaration]) => ({
      name,
      validator: { ...required({ tenant: text }), ...present(declaration) },
      indexes: declaredIndexes(declaration),
    })),
  ];
}

/** What is unique is there: to an index of MongoDB all documents without a field have one value of it (docs/decisions/0022). */
const present = ({ unique = [] }: CollectionDeclaration): Document =>
  Object.fromEntries(unique.flat().map((field) => [field.replace(/^-/, ''), { $exists: true }]));

const declaredIndexes = ({ unique = [], indexes = [], expire }: CollectionDeclaration): Index[] => [
  ...unique.map((fields) => index(tenantFirst(fields), { unique: true })),
  ...indexes.map((fields) => index(tenantFirst(fields))),
  ...(expire
    ? [{ ...index({ [expire.field]: 1 }, { expireAfterSeconds: expire.afterSeconds }), takesDocuments: true } as const]
    : []),
];

/** Whether two are indexes over the same fields in the same order. */
export const sameKeys = (one: Document, other: Document): boolean =>
  JSON.stringify(Object.entries(one)) === JSON.stringify(Object.entries(other));

const tenantFirst = (fields: readonly string[]): Document =>
  Object.fromEntries([
    ['tenant', 1],
    ...fields.map((field) => (field.startsWith('-') ? [field.slice(1), -1] : [field, 1])),
  ]);
