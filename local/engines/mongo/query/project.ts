import { MongoFault } from '../errors.ts';
import { type Doc, field, isDocument, setField, toNumber } from '../value/types.ts';
import type { Predicate } from './match.ts';
import { isValueCondition } from './operator-document.ts';
import { elemMatch, isFindSlice, positional, slice } from './project-arrays.ts';
import type { Evaluate, QueryScope } from './scope.ts';

export type Project = (document: Doc) => Doc;

/** What becomes of one field: kept, left out, descended into, or computed. */
type Node = { [name: string]: Rule };
type Rule =
  | { kind: 'keep' }
  | { kind: 'drop' }
  | { kind: 'inner'; node: Node }
  | { kind: 'value'; evaluate: Evaluate }
  | { kind: 'array'; change: (value: unknown, root: Doc) => unknown };

/**
 * Compiles the projection of find, findAndModify and `$project`.
 * https://www.mongodb.com/docs/manual/tutorial/project-fields-from-query-results/
 * @param matches the query's predicate, for the positional projection `field.$`
 * @throws MongoFault Location31253 or 31254 when inclusion and exclusion are mixed
 */
export function compileProjection(
  projection: Doc,
  scope: QueryScope,
  matches?: Predicate,
  where: 'find' | 'stage' = 'find',
): Project {
  const root: Node = Object.create(null) as Node;
  let including: boolean | undefined;
  let id: boolean | undefined;
  let computed = false;
  let matchesElements = false;
  const decide = (wanted: boolean, path: string): void => {
    if (including !== undefined && including !== wanted)
      throw new MongoFault(
        wanted ? 'Location31253' : 'Location31254',
        `Cannot do ${wanted ? 'inclusion' : 'exclusion'} on field ${path} in ${wanted ? 'exclusion' : 'inclusion'} projection`,
      );
    including = wanted;
  };
  const visit = (path: string, value: unknown): void => {
    const flag = typeof value === 'boolean' ? value : toNumber(value) === undefined ? undefined : toNumber(value) !== 0;
    if (flag !== undefined && path.endsWith('.$')) {
      if (!matches) throw new MongoFault('BadValue', `positional projection '${path}' needs a query`);
      scope.record('projection', '$');
      decide(true, path);
      place(root, path.slice(0, -2), { kind: 'array', change: positional(path.slice(0, -2), matches) });
    } else if (flag !== undefined) {
      if (path === '_id') id = flag;
      else {
        decide(flag, path);
        place(root, path, { kind: flag ? 'keep' : 'drop' });
      }
    } else if (isDocument(value) && where === 'find' && isFindSlice(value.$slice)) {
      scope.record('projection', '$slice');
      place(root, path, { kind: 'array', change: slice(value.$slice) });
    } else if (isDocument(value) && '$elemMatch' in value) {
      scope.record('projection', '$elemMatch');
      const test = scope.element(value.$elemMatch);
      const asDocuments = !isValueCondition(value.$elemMatch);
      matchesElements = true;
      place(root, path, { kind: 'array', change: elemMatch(test, asDocuments) });
    } else if (isDocument(value) && !Object.keys(value).some((name) => name.startsWith('$'))) {
      if (Object.keys(value).length === 0)
        throw new MongoFault(
          'Location51270',
          'An empty sub-projection is not a valid value. Found empty object at path',
        );
      for (const [name, one] of Object.entries(value)) visit(`${path}.${name}`, one);
    } else {
      computed = true;
      if (path === '_id') id = true;
      const evaluate = computedField(value, scope);
      place(root, path, { kind: 'value', evaluate });
    }
  };
  for (const [path, value] of Object.entries(projection)) {
    if (path.startsWith('$'))
      throw new MongoFault('Location16410', `FieldPath field names may not start with '$'. Given: ${path}`);
    visit(path, value);
  }
  if (including === undefined && (computed || matchesElements)) including = true;
  if (including === false && computed)
    throw new MongoFault('Location31252', 'Cannot use an expression in an exclusion projection');
  const inclusive = including ?? (id === true && Object.keys(root).length === 0);
  if (root._id === undefined) {
    if (inclusive && id !== false) root._id = { kind: 'keep' };
    if (!inclusive && id === false) root._id = { kind: 'drop' };
  }
  return (document) => apply(document, root, inclusive, document);
}

/** A projection has an error of its own for an operator that is unknown. */
function computedField(value: unknown, scope: QueryScope): Evaluate {
  try {
    return scope.expression(value);
  } catch (cause) {
    const [name] = isDocument(value) ? Object.keys(value) : [];
    if (cause instanceof MongoFault && cause.message === `Unrecognized expression '${name}'`)
      throw new MongoFault('Location31325', `Unknown expression ${name}`);
    throw cause;
  }
}

function place(root: Node, path: string, rule: Rule): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  let node = root;
  for (const part of parts) {
    const there = node[part] ?? { kind: 'inner', node: Object.create(null) as Node };
    if (there.kind !== 'inner')
      throw new MongoFault('Location31249', `Path collision at ${path} remaining portion ${last}`);
    node[part] = there;
    node = there.node;
  }
  if (node[last]) throw new MongoFault('Location31250', `Path collision at ${path}`);
  node[last] = rule;
}

function apply(document: Doc, node: Node, inclusive: boolean, root: Doc): Doc {
  const projected: Doc = {};
  for (const name of Object.keys(document)) {
    const rule = node[name];
    const value = document[name];
    if (!rule) {
      if (!inclusive) setField(projected, name, value);
    } else if (rule.kind === 'keep') setField(projected, name, value);
    else if (rule.kind === 'inner') {
      const inner = descend(value, rule.node, inclusive, root);
      if (inner !== undefined) setField(projected, name, inner);
    } else if (rule.kind === 'array') {
      const changed = rule.change(value, root);
      if (changed !== undefined) setField(projected, name, changed);
    }
  }
  addComputed(projected, node, root, document);
  return projected;
}

function addComputed(projected: Doc, node: Node, root: Doc, document: Doc): void {
  for (const [name, rule] of Object.entries(node)) {
    if (rule.kind === 'value') {
      const value = rule.evaluate(root);
      if (value !== undefined) setField(projected, name, value);
    } else if (rule.kind === 'inner' && field(document, name) === undefined && hasComputed(rule.node)) {
      const inner: Doc = {};
      addComputed(inner, rule.node, root, {});
      setField(projected, name, inner);
    }
  }
}

const hasComputed = (node: Node): boolean =>
  Object.values(node).some((rule) => rule.kind === 'value' || (rule.kind === 'inner' && hasComputed(rule.node)));

function descend(value: unknown, node: Node, inclusive: boolean, root: Doc): unknown {
  if (isDocument(value)) return apply(value, node, inclusive, root);
  if (Array.isArray(value))
    return value
      .map((element: unknown) => descend(element, node, inclusive, root))
      .filter((element) => element !== undefined);
  if (hasComputed(node)) return apply({}, node, inclusive, root);
  return inclusive ? undefined : value;
}
