import { MongoFault } from '../errors.ts';
import type { QueryScope } from '../query/scope.ts';
import { keyOf } from '../value/key.ts';
import { reach } from '../value/paths.ts';
import { type Doc, isDocument, setField, toNumber, typeName } from '../value/types.ts';
import { assigned } from './reshape.ts';
import type { Stage } from './stage.ts';

type From = NonNullable<QueryScope['from']>;

/** What a stage says of itself, with its fields checked. */
function specification(name: string, operand: unknown, known: readonly string[], required: readonly string[]): Doc {
  if (!isDocument(operand)) throw new MongoFault('FailedToParse', `the ${name} specification must be an object`);
  for (const field of Object.keys(operand))
    if (!known.includes(field)) throw new MongoFault('FailedToParse', `unknown argument to ${name}: ${field}`);
  for (const field of required)
    if (operand[field] === undefined)
      throw new MongoFault('FailedToParse', `missing '${field}' option to ${name} stage`);
  return operand;
}

function textIn(name: string, given: Doc, field: string): string {
  const value = given[field];
  if (typeof value !== 'string')
    throw new MongoFault(
      'FailedToParse',
      `${name} argument '${field}' must be a string, is type ${typeName(value ?? null)}`,
    );
  return value;
}

function reader(name: string, { from }: QueryScope): From {
  if (!from) throw new MongoFault('InvalidOptions', `${name} is not allowed in this context`);
  return from;
}

/** The values that a path has in a document, elements of arrays each for itself; null where it has none. */
function valuesAt(document: Doc, path: string): unknown[] {
  const values: unknown[] = [];
  reach(document, path.split('.'), (value) => {
    values.push(...(Array.isArray(value) ? value : [value ?? null]));
    return false;
  });
  return values;
}

/** Equality, which `$in` is but for regular expressions. */
const among = (path: string, values: readonly unknown[]): Doc =>
  values.some((value) => typeName(value ?? null) === 'regex')
    ? { $or: values.map((value) => ({ [path]: { $eq: value } })) }
    : { [path]: { $in: values } };

/** Puts a value under a path, as `$set` does. */
function placing(path: string): (document: Doc, value: unknown) => Doc {
  const parts = path.split('.');
  if (parts.some((part) => part === '' || part.startsWith('$')))
    throw new MongoFault('Location16410', `FieldPath field names may not start with '$'. Given: ${path}`);
  return (document, value) => assigned(document, parts, value);
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/lookup/ @throws MongoFault FailedToParse */
export function lookup(operand: unknown, scope: QueryScope): Stage {
  const known = ['from', 'localField', 'foreignField', 'let', 'pipeline', 'as'];
  const given = specification('$lookup', operand, known, ['as']);
  const from = reader('$lookup', scope);
  if (given.from === undefined || isDocument(given.from))
    throw new MongoFault('NotImplemented', 'this engine looks up in a collection of the same database only');
  const [name, as] = [textIn('$lookup', given, 'from'), textIn('$lookup', given, 'as')];
  const equality = given.localField !== undefined || given.foreignField !== undefined;
  if (!equality && given.pipeline === undefined)
    throw new MongoFault(
      'FailedToParse',
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  const fields = equality
    ? { local: textIn('$lookup', given, 'localField'), foreign: textIn('$lookup', given, 'foreignField') }
    : undefined;
  const pipeline = pipelineIn('$lookup', given);
  const variables = Object.entries(isDocument(given.let) ? given.let : {}).map(
    ([variable, expression]) => [variable, scope.expression(expression)] as const,
  );
  const named = (values: (variable: (document: Doc) => unknown) => unknown): Doc =>
    Object.fromEntries(variables.map(([variable, evaluate]) => [variable, values(evaluate)]));
  scope.within(named(() => null)).check(pipeline);
  const put = placing(as);
  return function* joined(documents) {
    const known = new Map<string, Doc[]>();
    for (const document of documents) {
      const bound = named((evaluate) => evaluate(document));
      const values = fields ? valuesAt(document, fields.local) : [];
      const key = keyOf([bound, values].map((one) => definedIn(one)));
      const found = known.get(key) ?? [
        ...from(name, fields ? [{ $match: among(fields.foreign, values) }, ...pipeline] : pipeline, bound),
      ];
      known.set(key, found);
      yield put(document, found);
    }
  };
}

/** Missing values under a name of their own, so that they have a key. */
const definedIn = (value: unknown): unknown =>
  isDocument(value) ? Object.entries(value).map(([name, one]) => (one === undefined ? [name] : [name, one])) : value;

function pipelineIn(name: string, given: Doc): Doc[] {
  const { pipeline = [] } = given;
  if (!Array.isArray(pipeline) || !pipeline.every(isDocument))
    throw new MongoFault('TypeMismatch', `${name}: 'pipeline' must be an array of objects`);
  return pipeline;
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/unionWith/ @throws MongoFault FailedToParse */
export function unionWith(operand: unknown, scope: QueryScope): Stage {
  const given = typeof operand === 'string' ? { coll: operand } : operand;
  const specified = specification('$unionWith', given, ['coll', 'pipeline'], ['coll']);
  const from = reader('$unionWith', scope);
  const name = textIn('$unionWith', specified, 'coll');
  const pipeline = pipelineIn('$unionWith', specified);
  scope.check(pipeline);
  return function* united(documents) {
    yield* documents;
    yield* from(name, pipeline);
  };
}

/** https://www.mongodb.com/docs/manual/reference/operator/aggregation/graphLookup/ @throws MongoFault FailedToParse */
export function graphLookup(operand: unknown, scope: QueryScope): Stage {
  const needed = ['from', 'startWith', 'connectFromField', 'connectToField', 'as'];
  const known = [...needed, 'maxDepth', 'depthField', 'restrictSearchWithMatch'];
  const given = specification('$graphLookup', operand, known, needed);
  const from = reader('$graphLookup', scope);
  const [name, follow, to] = ['from', 'connectFromField', 'connectToField'].map((field) =>
    textIn('$graphLookup', given, field),
  );
  const depthField = given.depthField === undefined ? undefined : textIn('$graphLookup', given, 'depthField');
  const most = given.maxDepth === undefined ? Number.POSITIVE_INFINITY : toNumber(given.maxDepth);
  if (most === undefined || most < 0 || (Number.isFinite(most) && !Number.isInteger(most)))
    throw new MongoFault('Location40101', 'maxDepth requires a nonnegative argument');
  const restriction = isDocument(given.restrictSearchWithMatch) ? [{ $match: given.restrictSearchWithMatch }] : [];
  const start = scope.expression(given.startWith);
  const put = placing(textIn('$graphLookup', given, 'as'));
  return function* connected(documents) {
    for (const document of documents) {
      const first = start(document) ?? null;
      let values: unknown[] = Array.isArray(first) ? first : [first];
      const found = new Map<string, Doc>();
      for (let depth = 0; depth <= most && values.length > 0; depth++) {
        const reached = [...from(name ?? '', [{ $match: among(to ?? '', values) }, ...restriction])];
        const fresh = reached.filter(({ _id }) => !found.has(keyOf(_id)));
        for (const one of fresh) {
          const shown = { ...one };
          if (depthField !== undefined) setField(shown, depthField, depth);
          found.set(keyOf(one._id), shown);
        }
        values = fresh.flatMap((one) => valuesAt(one, follow ?? '').filter((value) => value !== null));
      }
      yield put(document, [...found.values()]);
    }
  };
}
