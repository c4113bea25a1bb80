import { MongoFault } from '../errors.ts';
import { compileFilter } from '../query/match.ts';
import type { QueryScope } from '../query/scope.ts';
import { parseSort, sortBy } from '../query/sort.ts';
import { type Doc, isDocument, setField, toNumber } from '../value/types.ts';
import { bucket, group } from './group.ts';
import { graphLookup, lookup, unionWith } from './joins.ts';
import { addFields, replaceRoot, stageProjection, unset } from './reshape.ts';
import type { Stage } from './stage.ts';
import { unwind } from './unwind.ts';

/** Stages of the server that this engine knows by name and refuses. */
const refused = new Set([
  ...['$out', '$merge', '$bucketAuto', '$densify', '$fill', '$geoNear', '$redact'],
  ...[
    '$setWindowFields',
    '$search',
    '$searchMeta',
    '$vectorSearch',
    '$changeStream',
    '$collStats',
    '$indexStats',
    '$documents',
  ],
  ...['$currentOp', '$listSessions', '$planCacheStats'],
]);

/**
 * Compiles a pipeline.
 * https://www.mongodb.com/docs/manual/reference/operator/aggregation-pipeline/
 * @throws MongoFault Location40324 for a stage that does not exist, NotImplemented for one that is not here
 */
export function compilePipeline(pipeline: unknown, scope: QueryScope): Stage[] {
  if (!Array.isArray(pipeline)) throw new MongoFault('TypeMismatch', "'pipeline' option must be specified as an array");
  return pipeline.map((stage: unknown, at) => {
    if (!isDocument(stage))
      throw new MongoFault('TypeMismatch', "Each element of the 'pipeline' array must be an object");
    const entries = Object.entries(stage);
    const [entry] = entries;
    if (!entry || entries.length !== 1)
      throw new MongoFault('Location40323', 'A pipeline stage specification object must contain exactly one field.');
    const [name, operand] = entry;
    scope.record('stage', name);
    if (refused.has(name))
      throw new MongoFault('NotImplemented', `this engine does not run the stage ${name} (place ${at})`);
    return compileStage(name, operand, scope);
  });
}

function compileStage(name: string, operand: unknown, scope: QueryScope): Stage {
  switch (name) {
    case '$match': {
      if (!isDocument(operand))
        throw new MongoFault('Location15959', 'the match filter must be an expression in an object');
      const matches = compileFilter(operand, scope);
      return (documents) => Iterator.from(documents).filter((document) => matches(document));
    }
    case '$sort': {
      const fields = parseSort(operand);
      if (fields.length === 0) throw new MongoFault('Location15976', '$sort stage must have at least one sort key');
      return (documents) => sortBy([...documents], fields, (document) => document);
    }
    case '$limit': {
      const count = wholeOf(name, operand, 1);
      return (documents) => Iterator.from(documents).take(count);
    }
    case '$skip': {
      const count = wholeOf(name, operand, 0);
      return (documents) => Iterator.from(documents).drop(count);
    }
    case '$project':
      return mapping(stageProjection(operand, scope));
    case '$set':
    case '$addFields':
      return mapping(addFields(operand, scope));
    case '$unset':
      return mapping(unset(operand, scope));
    case '$replaceWith':
      return mapping(replaceRoot(operand, scope));
    case '$replaceRoot':
      return mapping(replaceRoot(isDocument(operand) ? operand.newRoot : undefined, scope));
    case '$group':
      return group(operand, scope);
    case '$bucket':
      return bucket(operand, scope);
    case '$unwind':
      return unwind(operand);
    case '$count':
      return counting(operand);
    case '$sortByCount': {
      const grouped = group({ _id: operand, count: { $sum: 1 } }, scope);
      return (documents) => sortBy([...grouped(documents)], parseSort({ count: -1 }), (document) => document);
    }
    case '$facet':
      return facet(operand, scope);
    case '$lookup':
      return lookup(operand, scope);
    case '$graphLookup':
      return graphLookup(operand, scope);
    case '$unionWith':
      return unionWith(operand, scope);
    case '$sample':
      return sample(operand);
    default:
      throw new MongoFault('Location40324', `Unrecognized pipeline stage name: '${name}'`);
  }
}

const mapping =
  (change: (document: Doc) => Doc): Stage =>
  (documents) =>
    Iterator.from(documents).map(change);

function wholeOf(name: string, operand: unknown, least: number): number {
  const count = toNumber(operand);
  if (count === undefined || !Number.isInteger(count))
    throw new MongoFault(
      name === '$limit' ? 'Location2107201' : 'Location5107200',
      `invalid argument to ${name} stage: Expected an integer`,
    );
  if (count < least)
    throw new MongoFault(
      name === '$limit' ? 'Location15958' : 'Location5107200',
      name === '$limit'
        ? 'the limit must be positive'
        : 'invalid argument to $skip stage: Expected a non-negative number',
    );
  return count;
}

function counting(operand: unknown): Stage {
  if (typeof operand !== 'string' || operand === '')
    throw new MongoFault('Location40156', 'the count field must be a non-empty string');
  if (operand.startsWith('$')) throw new MongoFault('Location40158', 'the count field cannot be a $-prefixed path');
  if (operand.includes('.')) throw new MongoFault('Location40160', "the count field cannot contain '.'");
  return function* counted(documents) {
    let count = 0;
    for (const _ of documents) count += 1;
    if (count > 0) yield { [operand]: count };
  };
}

function facet(operand: unknown, scope: QueryScope): Stage {
  if (!isDocument(operand) || Object.keys(operand).length === 0)
    throw new MongoFault('Location40169', 'the $facet specification must be a non-empty object');
  const facets = Object.entries(operand).map(([name, pipeline]) => {
    if (Array.isArray(pipeline) && pipeline.some((stage: unknown) => isDocument(stage) && '$facet' in stage))
      throw new MongoFault('Location40600', '$facet is not allowed to be used within a $facet stage');
    return [name, compilePipeline(pipeline, scope)] as const;
  });
  return function* faceted(documents) {
    const all = [...documents];
    const output: Doc = {};
    for (const [name, stages] of facets) setField(output, name, [...runStages(all, stages)]);
    yield output;
  };
}

function sample(operand: unknown): Stage {
  const size = isDocument(operand) ? toNumber(operand.size) : undefined;
  if (size === undefined || !Number.isInteger(size) || size < 1)
    throw new MongoFault('Location28747', 'size argument to $sample must be a positive integer');
  return (documents) => {
    const all = [...documents];
    for (let at = 0; at < Math.min(size, all.length); at++) {
      const other = at + Math.floor(Math.random() * (all.length - at));
      const [one, two] = [all[at], all[other]];
      if (one && two) [all[at], all[other]] = [two, one];
    }
    return all.slice(0, size);
  };
}

/** Runs compiled stages one after another, lazily where they allow it. */
export const runStages = (documents: Iterable<Doc>, stages: readonly Stage[]): Iterable<Doc> =>
  stages.reduce((stream, stage) => stage(stream), documents);
