import { MongoFault } from '../errors.ts';
import { sizeOf } from '../wire.ts';
import { type Doc, isDocument, typeName } from './types.ts';

/** https://www.mongodb.com/docs/manual/reference/limits/ */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 180;

/**
 * Checks a document before it is stored.
 * @param bytes an upper bound of its size, when one is known
 * @throws MongoFault BSONObjectTooLarge, Overflow (nested too deep), DollarPrefixedFieldName, InvalidIdField
 */
export function validateStored(document: Doc, bytes?: number): void {
  checkDepth(document, 1);
  validateId(document._id);
  if (bytes === undefined || bytes > MAX_DOCUMENT_BYTES) {
    const size = sizeOf(document);
    if (size > MAX_DOCUMENT_BYTES)
      throw new MongoFault(
        'BSONObjectTooLarge',
        `BSONObj size: ${size} (0x${size.toString(16).toUpperCase()}) is invalid. Size must be between 0 and 16793600(16MB)`,
      );
  }
}

function validateId(id: unknown): void {
  if (Array.isArray(id)) throw new MongoFault('InvalidIdField', "The '_id' value cannot be of type array");
  if (id === undefined) throw new MongoFault('InvalidIdField', "The '_id' value cannot be of type undefined");
  if (typeof id === 'object' && id !== null && typeName(id) === 'regex')
    throw new MongoFault('InvalidIdField', "The '_id' value cannot be of type regex");
  if (isDocument(id)) {
    const dollar = Object.keys(id).find((name) => name.startsWith('$'));
    if (dollar)
      throw new MongoFault(
        'DollarPrefixedFieldName',
        `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`,
      );
  }
}

function checkDepth(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw new MongoFault('Overflow', `Document exceeds maximum nested object depth: ${MAX_DEPTH}`);
  if (Array.isArray(value)) for (const one of value) checkDepth(one, depth + 1);
  else if (isDocument(value)) for (const name of Object.keys(value)) checkDepth(value[name], depth + 1);
  else typeName(value);
}
