import { MongoFault } from '../errors.ts';
import { compileProjection, type Project } from '../query/project.ts';
import type { Evaluate, QueryScope } from '../query/scope.ts';
import { type Doc, field, isDocument, setField, typeName } from '../value/types.ts';

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/project/ */
export function stageProjection(operand: unknown, scope: QueryScope): Project {
  if (!isDocument(operand)) throw new MongoFault('Location15969', '$project specification must be an object');
  if (Object.keys(operand).length === 0)
    throw new MongoFault(
      'Location51272',
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  return compileProjection(operand, scope, undefined, 'stage');
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/unset/ */
export function unset(operand: unknown, scope: QueryScope): Project {
  const paths: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (paths.length === 0 || paths.some((path) => typeof path !== 'string' || path === ''))
    throw new MongoFault(
      'Location31002',
      '$unset specification must be a string or an array containing only string values',
    );
  return compileProjection(Object.fromEntries(paths.map((path) => [String(path), 0])), scope, undefined, 'stage');
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/addFields/ */
export function addFields(operand: unknown, scope: QueryScope): Project {
  if (!isDocument(operand)) throw new MongoFault('Location40272', '$addFields specification stage must be an object');
  const assignments = assignmentsOf(operand, [], scope);
  return (document) => {
    let result = document;
    for (const { parts, evaluate } of assignments) result = assigned(result, parts, evaluate(document));
    return result;
  };
}

interface Assignment {
  parts: string[];
  evaluate: Evaluate;
}

function assignmentsOf(operand: Doc, before: string[], scope: QueryScope): Assignment[] {
  return Object.entries(operand).flatMap(([path, value]): Assignment[] => {
    if (path.startsWith('$'))
      throw new MongoFault('Location16410', `FieldPath field names may not start with '$'. Given: ${path}`);
    const parts = [...before, ...path.split('.')];
    const names = isDocument(value) ? Object.keys(value) : [];
    if (isDocument(value) && names.length > 0 && !names.some((name) => name.startsWith('$')))
      return assignmentsOf(value, parts, scope);
    return [{ parts, evaluate: scope.expression(value) }];
  });
}

/** Through arrays into each of their documents, as the server does. */
export function assigned(document: Doc, parts: readonly string[], value: unknown): Doc {
  const [name = '', ...rest] = parts;
  const copy = { ...document };
  if (rest.length === 0) {
    if (value === undefined) delete copy[name];
    else setField(copy, name, value);
    return copy;
  }
  setField(copy, name, descend(field(document, name), rest, value));
  return copy;
}

const descend = (inner: unknown, rest: readonly string[], value: unknown): unknown =>
  Array.isArray(inner)
    ? inner.map((element: unknown) => descend(element, rest, value))
    : assigned(isDocument(inner) ? inner : {}, rest, value);

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/replaceRoot/ */
export function replaceRoot(newRoot: unknown, scope: QueryScope): Project {
  if (newRoot === undefined)
    throw new MongoFault('Location40414', "BSON field '$replaceRoot.newRoot' is missing but a required field");
  const evaluate = scope.expression(newRoot);
  return (document) => {
    const root = evaluate(document);
    if (!isDocument(root))
      throw new MongoFault(
        'Location40228',
        `'newRoot' expression must evaluate to an object, but resulting value was of type: ${root === undefined ? 'missing' : typeName(root)}`,
      );
    return root;
  };
}
