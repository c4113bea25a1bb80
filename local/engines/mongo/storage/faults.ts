import { Binary, Long, ObjectId } from 'bson';
import { MongoFault } from '../errors.ts';
import { type Doc, isDocument } from '../value/types.ts';
import type { Index } from './collection-index.ts';
import type { Writer } from './record.ts';

/** https://www.mongodb.com/docs/manual/core/transactions-production-consideration/#in-progress-transactions-and-write-conflicts */
export const writeConflict = (): MongoFault =>
  new MongoFault(
    'WriteConflict',
    'Caused by :: Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction.',
    { labels: ['TransientTransactionError'] },
  );

/** `E11000 duplicate key error collection: db.coll index: name dup key: { a: 1 }` */
export function duplicateKey(namespace: string, index: Index, document: Doc): MongoFault {
  const keyValue = index.valuesOf(document);
  const shown = Object.entries(keyValue)
    .map(([path, value]) => `${path}: ${shell(value)}`)
    .join(', ');
  return new MongoFault(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${index.spec.name} dup key: { ${shown} }`,
    { details: { keyPattern: index.spec.key, keyValue } },
  );
}

/** A value as the server's messages show it. */
export function shell(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Long) return value.toString();
  if (value instanceof Binary) return `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`;
  if (Array.isArray(value)) return `[ ${value.map(shell).join(', ')} ]`;
  if (isDocument(value))
    return `{ ${Object.entries(value)
      .map(([name, one]) => `${name}: ${shell(one)}`)
      .join(', ')} }`;
  return String(value);
}

/** A write outside a transaction met one of an open transaction: wait for its end, then try again. */
export class Blocked extends Error {
  readonly writer: Writer;
  constructor(writer: Writer) {
    super('an open transaction has written this document');
    this.writer = writer;
  }
}
