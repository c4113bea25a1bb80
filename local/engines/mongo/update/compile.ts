import { compileUpdatePipeline } from '../aggregate/update-pipeline.ts';
import { MongoFault } from '../errors.ts';
import { equal } from '../value/key.ts';
import { isIndex, type Position } from '../value/paths.ts';
import { same } from '../value/same.ts';
import { withPresentTimestamps } from '../value/timestamps.ts';
import { type Doc, isDocument } from '../value/types.ts';
import { Draft } from './draft.ts';
import { type Modifier, modifierOf } from './operators.ts';
import { rename } from './rename.ts';
import type { UpdateScope } from './scope.ts';
import { type ArrayFilters, compileArrayFilters, targetsOf } from './targets.ts';

export interface Moment {
  /** Where the filter matched in an array. */
  position: Position;
  /** The document is being inserted by an upsert. */
  inserting: boolean;
}

export interface Update {
  kind: 'operators' | 'replacement' | 'pipeline';
  /** @returns the changed document, or the very same when nothing changed */
  apply(document: Doc, moment: Moment): Doc;
}

/**
 * Compiles an update document, a replacement or a pipeline.
 * https://www.mongodb.com/docs/manual/reference/command/update/#update-statement-documents
 * @throws MongoFault as the server does for what is malformed
 */
export function compileUpdate(update: unknown, arrayFilters: unknown, scope: UpdateScope): Update {
  if (Array.isArray(update)) {
    if (arrayFilters !== undefined)
      throw new MongoFault('FailedToParse', 'Cannot specify arrayFilters and a pipeline update');
    const run = compileUpdatePipeline(update, scope);
    return { kind: 'pipeline', apply: (document) => unlessSame(document, withId(document, run(document))) };
  }
  if (!isDocument(update))
    throw new MongoFault('FailedToParse', 'Update argument must be either an object or an array');
  const names = Object.keys(update);
  if (!names[0]?.startsWith('$')) return replacement(withPresentTimestamps(update, () => scope.timestamp()));
  const filters = compileArrayFilters(arrayFilters, scope);
  const steps = names.flatMap((name) => stepsOf(name, update[name], scope));
  checkConflicts(steps);
  checkFilters(steps, filters);
  steps.sort((one, other) => comparePaths(one.parts, other.parts));
  return {
    kind: 'operators',
    apply: (document, moment) => {
      const draft = new Draft(document);
      for (const step of steps) run(step, draft, moment, filters);
      return withId(document, draft.root);
    },
  };
}

function replacement(update: Doc): Update {
  const dollar = Object.keys(update).find((name) => name.startsWith('$'));
  if (dollar)
    throw new MongoFault(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${dollar}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  return {
    kind: 'replacement',
    apply: (document) => {
      const id = document._id ?? update._id;
      return unlessSame(document, withId(document, id === undefined ? { ...update } : { _id: id, ...update }));
    },
  };
}

/** A document that is replaced by itself has not changed. */
const unlessSame = (before: Doc, after: Doc): Doc => (same(before, after) ? before : after);

function withId(before: Doc, after: Doc): Doc {
  if (before._id === undefined || after._id === before._id) return after;
  if (after._id === undefined) return { _id: before._id, ...after };
  if (!equal(before._id, after._id))
    throw new MongoFault(
      'ImmutableField',
      "Performing an update on the path '_id' would modify the immutable field '_id'",
    );
  return { ...after, _id: before._id };
}

interface Step {
  path: string;
  parts: readonly string[];
  act: Modifier | { renameFrom: readonly string[] };
}

function stepsOf(name: string, operands: unknown, scope: UpdateScope): Step[] {
  scope.record('update', name);
  if (!name.startsWith('$'))
    throw new MongoFault(
      'FailedToParse',
      `Unknown modifier: ${name}. Expected a valid update modifier or pipeline-style update specified as an array`,
    );
  if (name !== '$rename') modifierOf(name, '', emptyOperand(name), scope);
  if (!isDocument(operands))
    throw new MongoFault(
      'FailedToParse',
      `Modifiers operate on fields but we found type ${typeof operands} instead. For example: {$mod: {<field>: ...}} not {${name}: ${String(operands)}}`,
    );
  return Object.entries(operands).flatMap(([path, operand]): Step[] => {
    if (isDocument(operand))
      for (const modifier of Object.keys(operand)) if (modifier.startsWith('$')) scope.record('update', modifier);
    const parts = splitPath(path);
    if (name !== '$rename') return [{ path, parts, act: modifierOf(name, path, operand, scope) }];
    if (typeof operand !== 'string')
      throw new MongoFault('BadValue', `The 'to' field for $rename must be a string: ${path}`);
    const to = splitPath(operand);
    if ([...parts, ...to].some((part) => part.startsWith('$')))
      throw new MongoFault('BadValue', `The source field for $rename may not be dynamic: ${path}`);
    return [
      { path, parts, act: { creates: 'never', change: (before) => before } },
      { path: operand, parts: to, act: { renameFrom: parts } },
    ];
  });
}

/** An operand that every operator takes, to learn whether the operator is known. */
const emptyOperand = (name: string): unknown =>
  name === '$pullAll' ? [] : name === '$bit' ? { and: 0 } : name === '$currentDate' ? true : 1;

function splitPath(path: string): string[] {
  if (path === '') throw new MongoFault('EmptyFieldName', 'An empty update path is not valid.');
  const parts = path.split('.');
  if (parts.includes(''))
    throw new MongoFault(
      'EmptyFieldName',
      `The update path '${path}' contains an empty field name, which is not allowed.`,
    );
  if (parts[0]?.startsWith('$') && /^\$(\[.*\])?$/.test(parts[0]))
    throw new MongoFault(
      'BadValue',
      `Cannot have array filter identifier or positional operator in the first component of path '${path}'`,
    );
  const dollar = parts.find((part) => part.startsWith('$') && !/^\$(\[.*\])?$/.test(part));
  if (dollar)
    throw new MongoFault(
      'DollarPrefixedFieldName',
      `The dollar ($) prefixed field '${dollar}' in '${path}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  return parts;
}

function checkConflicts(steps: readonly Step[]): void {
  const paths = steps.map(({ path }) => path).sort();
  for (const [at, path] of paths.entries()) {
    const other = paths.find((one, place) => place !== at && (one === path || path.startsWith(`${one}.`)));
    if (other !== undefined)
      throw new MongoFault(
        'ConflictingUpdateOperators',
        `Updating the path '${path}' would create a conflict at '${other}'`,
      );
  }
}

function checkFilters(steps: readonly Step[], filters: ArrayFilters): void {
  const used = new Set(steps.flatMap(({ parts }) => parts.flatMap((part) => /^\$\[(.+)\]$/.exec(part)?.[1] ?? [])));
  for (const name of used)
    if (!filters.has(name)) throw new MongoFault('BadValue', `No array filter found for identifier '${name}' in path`);
  for (const name of filters.keys())
    if (!used.has(name))
      throw new MongoFault('FailedToParse', `The array filter for identifier '${name}' was not used in the update`);
}

/** New fields come in the order of their names, numeric ones by number. */
function comparePaths(one: readonly string[], other: readonly string[]): number {
  for (let at = 0; at < Math.min(one.length, other.length); at++) {
    const a = one[at] ?? '';
    const b = other[at] ?? '';
    if (a === b) continue;
    if (isIndex(a) && isIndex(b)) return Number(a) - Number(b);
    return a < b ? -1 : 1;
  }
  return one.length - other.length;
}

function run(step: Step, draft: Draft, moment: Moment, filters: ArrayFilters): void {
  if ('renameFrom' in step.act) {
    rename(draft, step.act.renameFrom, step.parts);
    return;
  }
  if (step.act.onInsert && !moment.inserting) return;
  for (const parts of targetsOf(draft.root, step.parts, moment.position, filters))
    draft.apply(parts, step.act.creates, step.act.change);
}
