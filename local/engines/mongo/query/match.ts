import { MongoFault } from '../errors.ts';
import type { Position } from '../value/paths.ts';
import { reach } from '../value/paths.ts';
import { type Doc, field, isDocument } from '../value/types.ts';
import { type Condition, conditionOf } from './conditions.ts';
import { refuseNotHere } from './not-here.ts';
import { isOperatorDocument, isValueCondition } from './operator-document.ts';
import { compileSchema } from './schema.ts';
import type { QueryScope } from './scope.ts';

/** Does a document match? Notes in `position` where in an array it did. */
export type Predicate = (document: Doc, position?: Position) => boolean;

/**
 * Compiles a filter.
 * https://www.mongodb.com/docs/manual/reference/operator/query/
 * @throws MongoFault BadValue for an operator that is unknown or malformed
 */
export function compileFilter(filter: unknown, scope: QueryScope): Predicate {
  if (!isDocument(filter)) throw new MongoFault('TypeMismatch', 'Expected field filter to be of type object');
  const clauses = Object.entries(filter).flatMap(([name, value]) => compileClause(name, value, scope) ?? []);
  return every(clauses);
}

/** All of these. */
export function every(clauses: readonly Predicate[]): Predicate {
  const [first, second] = clauses;
  if (!first) return () => true;
  if (!second) return first;
  return (document, position) => {
    for (const clause of clauses) if (!clause(document, position)) return false;
    return true;
  };
}

function compileClause(name: string, value: unknown, scope: QueryScope): Predicate | undefined {
  if (!name.startsWith('$')) return compileField(name, value, scope);
  scope.record('query', name);
  switch (name) {
    case '$and':
      return every(branches(name, value, scope));
    case '$or': {
      const any = branches(name, value, scope);
      return (document, position) => any.some((branch) => branch(document, position));
    }
    case '$nor': {
      const none = branches(name, value, scope);
      return (document) => !none.some((branch) => branch(document));
    }
    case '$expr': {
      const holds = scope.expression(value);
      return (document) => scope.truthy(holds(document));
    }
    case '$jsonSchema': {
      const valid = compileSchema(value, (keyword) => scope.record('keyword', keyword));
      return (document) => valid(document);
    }
    case '$comment':
      return undefined;
    default:
      refuseNotHere(name);
      throw new MongoFault(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function branches(name: string, value: unknown, scope: QueryScope): Predicate[] {
  if (!Array.isArray(value)) throw new MongoFault('BadValue', `${name} argument must be an array`);
  if (value.length === 0) throw new MongoFault('BadValue', '$and/$or/$nor must be a nonempty array');
  return value.map((branch: unknown) => {
    if (!isDocument(branch)) throw new MongoFault('BadValue', '$or/$and/$nor entries need to be full objects');
    return compileFilter(branch, scope);
  });
}

function compileField(path: string, value: unknown, scope: QueryScope): Predicate {
  const conditions = isOperatorDocument(value)
    ? conditionOf(value, scope)
    : conditionOf({ $eq: value }, scope, 'implicit');
  const parts = path.split('.');
  return every(conditions.map((condition) => onPath(condition, parts)));
}

function onPath({ test, negated, notAll }: Condition, parts: readonly string[]): Predicate {
  const [only] = parts;
  if (notAll) {
    const all = every(notAll.map((condition) => onPath(condition, parts)));
    return (document) => !all(document);
  }
  if (parts.length === 1 && only !== undefined)
    return negated
      ? (document) => !test(field(document, only))
      : (document, position) => test(field(document, only), position);
  return negated
    ? (document) => !reach(document, parts, test)
    : (document, position) => reach(document, parts, test, position);
}

const onElement = ({ test, negated, notAll }: Condition, element: unknown): boolean =>
  notAll ? !notAll.every((condition) => onElement(condition, element)) : test(element) !== negated;

/** Compiles what `$elemMatch` and `$pull` apply to one array element: conditions on the value, or a filter on a document. */
export function compileElement(condition: unknown, scope: QueryScope): (element: unknown) => boolean {
  if (isValueCondition(condition)) {
    const conditions = conditionOf(condition, scope);
    return (element) => conditions.every((condition) => onElement(condition, element));
  }
  const filter = compileFilter(condition, scope);
  return (element) => isDocument(element) && filter(element);
}
