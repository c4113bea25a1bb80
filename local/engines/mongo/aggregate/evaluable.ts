import { BSONRegExp, Long } from 'bson';
import { MongoFault } from '../errors.ts';
import { type Doc, isDocument } from '../value/types.ts';

/** Longs as numbers and regular expressions as JavaScript's, because mingo knows no others. */
export function evaluable(value: unknown): unknown {
  if (value instanceof Long) {
    const number = value.toNumber();
    if (!Number.isSafeInteger(number))
      throw new MongoFault('NotImplemented', 'this engine does not compute with longs over 2^53');
    return number;
  }
  if (value instanceof BSONRegExp) return new RegExp(value.pattern, value.options.replace(/[^imsu]/g, ''));
  if (Array.isArray(value)) return value.map(evaluable);
  if (isDocument(value)) return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, evaluable(one)]));
  return value;
}

const prepared = new WeakMap<Doc, Doc>();
const originals = new WeakMap<Doc, Doc>();

/** The document whose types are those that are stored. */
export const originalOf = (document: Doc): Doc => originals.get(document) ?? document;

/** The document itself, unless something in it must be turned first. */
export function evaluableDocument(document: Doc): Doc {
  if (!needsTurning(document)) return document;
  const known = prepared.get(document);
  if (known) return known;
  const turned = evaluable(document) as Doc;
  prepared.set(document, turned);
  originals.set(turned, document);
  return turned;
}

const needsTurning = (value: unknown): boolean =>
  value instanceof Long ||
  value instanceof BSONRegExp ||
  (Array.isArray(value) ? value.some(needsTurning) : isDocument(value) && Object.values(value).some(needsTurning));
