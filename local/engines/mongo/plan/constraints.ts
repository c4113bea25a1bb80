import { isOperatorDocument } from '../query/operator-document.ts';
import { compare, keyOf, nullKey, tagOf } from '../value/key.ts';
import { type Doc, isDocument, isNaNValue, toNumber, typeName } from '../value/types.ts';

/** What every matching document's values on one path have in common, as far as an index can use it. */
export interface Constraint {
  /** Equal to one of these. */
  points?: unknown[];
  low?: Bound;
  high?: Bound;
  /** The path reaches something: sparse and partial indexes need to know. */
  exists?: boolean;
}

export interface Bound {
  value: unknown;
  inclusive: boolean;
}

/** Reads what a filter demands of each path; what it cannot use is left to the filter itself. */
export function constraintsOf(filter: Doc): Map<string, Constraint> {
  const constraints = new Map<string, Constraint>();
  gather(filter, constraints);
  return constraints;
}

function gather(filter: Doc, into: Map<string, Constraint>): void {
  for (const [name, value] of Object.entries(filter)) {
    if (name === '$and' || (name === '$or' && Array.isArray(value) && value.length === 1)) {
      if (Array.isArray(value)) for (const branch of value as unknown[]) if (isDocument(branch)) gather(branch, into);
    } else if (!name.startsWith('$')) {
      const constraint = into.get(name) ?? {};
      into.set(name, constraint);
      for (const [operator, operand] of Object.entries(isOperatorDocument(value) ? value : { $eq: value }))
        demand(constraint, operator, operand);
    }
  }
}

/** An array is compared as a whole and by element, a regular expression matches: neither is a point of an index. */
const isPoint = (value: unknown): boolean => {
  const type = typeName(value ?? null);
  return type !== 'array' && type !== 'regex';
};

function demand(constraint: Constraint, operator: string, operand: unknown): void {
  switch (operator) {
    case '$eq':
      if (isPoint(operand)) narrow(constraint, [operand ?? null]);
      break;
    case '$in':
      if (Array.isArray(operand) && operand.every(isPoint)) narrow(constraint, operand as unknown[]);
      break;
    case '$all':
      if (
        Array.isArray(operand) &&
        operand.length > 0 &&
        operand.every((one) => isPoint(one) && !isOperatorDocument(one))
      )
        narrow(constraint, [operand[0]]);
      break;
    case '$gt':
    case '$gte':
      if (isRangeEnd(operand)) tighten(constraint, 'low', { value: operand, inclusive: operator === '$gte' });
      break;
    case '$lt':
    case '$lte':
      if (isRangeEnd(operand)) tighten(constraint, 'high', { value: operand, inclusive: operator === '$lte' });
      break;
    case '$exists':
      if (operand === true || toNumber(operand) === 1) constraint.exists = true;
      break;
  }
}

const isRangeEnd = (value: unknown): boolean => {
  const type = typeName(value ?? null);
  return (
    isPoint(value) &&
    type !== 'null' &&
    type !== 'minKey' &&
    type !== 'maxKey' &&
    type !== 'object' &&
    !isNaNValue(value)
  );
};

/** Two sets of points on one path may each be met by another element of an array, so only the smaller is kept. */
function narrow(constraint: Constraint, points: unknown[]): void {
  if (!constraint.points || points.length < constraint.points.length) constraint.points = points;
  if (constraint.points.every((point) => keyOf(point) !== nullKey)) constraint.exists = true;
}

function tighten(constraint: Constraint, end: 'low' | 'high', bound: Bound): void {
  constraint.exists = true;
  const there = constraint[end];
  const other = constraint[end === 'low' ? 'high' : 'low'];
  // Ends of different types match nothing that is no array; the filter decides.
  if (other && tagOf(typeName(other.value)) !== tagOf(typeName(bound.value))) return;
  if (there && tagOf(typeName(there.value)) !== tagOf(typeName(bound.value))) return;
  const order = there ? compare(bound.value, there.value) : 0;
  const tighter = !there || (end === 'low' ? order > 0 : order < 0) || (order === 0 && !bound.inclusive);
  if (tighter) constraint[end] = bound;
}

/**
 * Does a filter imply a partial index's expression? Only then may the index answer it.
 * https://www.mongodb.com/docs/manual/core/index-partial/#query-coverage
 */
export function implies(constraints: ReadonlyMap<string, Constraint>, expression: Doc): boolean {
  return Object.entries(expression).every(([path, wanted]) => {
    if (path === '$and')
      return Array.isArray(wanted) && wanted.every((one) => isDocument(one) && implies(constraints, one));
    if (path.startsWith('$')) return false;
    const given = constraints.get(path);
    if (!given) return false;
    const conditions = isOperatorDocument(wanted) ? wanted : { $eq: wanted };
    return Object.entries(conditions).every(([operator, operand]) => meets(given, operator, operand));
  });
}

function meets(given: Constraint, operator: string, operand: unknown): boolean {
  const inside = (holds: (order: number) => boolean): boolean =>
    given.points?.every(
      (point) => tagOf(typeName(point)) === tagOf(typeName(operand)) && holds(compare(point, operand)),
    ) ?? false;
  const bounded = (bound: Bound | undefined, holds: (order: number) => boolean): boolean =>
    bound !== undefined &&
    tagOf(typeName(bound.value)) === tagOf(typeName(operand)) &&
    holds(compare(bound.value, operand));
  switch (operator) {
    case '$exists':
      return operand === true && given.exists === true;
    case '$eq':
      return inside((order) => order === 0);
    case '$in':
      return (
        Array.isArray(operand) &&
        (given.points?.every((point) => operand.some((one) => keyOf(one) === keyOf(point))) ?? false)
      );
    case '$gt':
      return (
        inside((order) => order > 0) ||
        bounded(given.low, (order) => order > 0 || (order === 0 && given.low?.inclusive === false))
      );
    case '$gte':
      return inside((order) => order >= 0) || bounded(given.low, (order) => order >= 0);
    case '$lt':
      return (
        inside((order) => order < 0) ||
        bounded(given.high, (order) => order < 0 || (order === 0 && given.high?.inclusive === false))
      );
    case '$lte':
      return inside((order) => order <= 0) || bounded(given.high, (order) => order <= 0);
    case '$type':
      return (
        typeof operand === 'string' &&
        operand !== 'number' &&
        (given.points?.every((point) => typeName(point) === operand) ?? false)
      );
    default:
      return false;
  }
}
