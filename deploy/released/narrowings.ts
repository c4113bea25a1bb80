import canonicalize from 'canonicalize';
import { isRecord } from '../schema-paths.ts';
import { boundsNarrowed } from './bounds.ts';

/** A JSON Schema as zod writes it. */
export type Schema = Readonly<Record<string, unknown>>;

interface Sides {
  before: Schema;
  after: Schema;
}
interface Place extends Sides {
  /** From the data: `lines[].price`. */
  path: string;
  /** The documents, for what refers to another part of them. */
  whole: Sides;
}

/** Words that say nothing about what is taken. */
const REMARKS: ReadonlySet<string> = new Set([
  ...['$schema', '$id', '$defs', 'id', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly'],
  ...['writeOnly', '$comment'],
]);
/** Words that are compared by rules of their own; any other must be the same. */
const COMPARED: ReadonlySet<string> = new Set([
  ...['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items', 'anyOf', 'oneOf', '$ref'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'minItems', 'maxItems'],
  ...['minProperties', 'maxProperties'],
]);

/**
 * What a schema no longer takes that it took before, or no longer names: data that was accepted would be refused when it runs.
 * Where it cannot tell, it says that something is otherwise.
 * @returns one line for each, with the way to the field; none where only more is taken
 */
export const narrowings = (before: Schema, after: Schema): string[] =>
  compared({ before, after, path: 'data', whole: { before, after } }, 0);

/** Schemas that refer to themselves end by this; data is no deeper (lib/core/json). */
const DEEPEST = 32;

function compared(place: Place, depth: number): string[] {
  const [before, after] = [resolved(place.before, place.whole.before), resolved(place.after, place.whole.after)];
  const here = { ...place, before, after };
  if (depth > DEEPEST || same(bare(before), bare(after), place)) return [];
  if (Object.keys(bare(after)).length === 0) return [];
  const [many, those] = [choices(before), choices(after)];
  if (many) return unique(many.flatMap((one) => compared({ ...here, before: one }, depth + 1)));
  if (those) return fitsOne(here, those, depth);
  return [...ownRules(here), ...fields(here, depth), ...elements(here, depth)];
}

function fitsOne(here: Place, those: readonly Schema[], depth: number): string[] {
  const faults = those.map((one) => compared({ ...here, after: one }, depth + 1));
  if (faults.some((one) => one.length === 0)) return [];
  // The choice that is nearest says best what is wrong.
  return faults.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

function ownRules({ before, after, path }: Place): string[] {
  const words = new Set([...Object.keys(before), ...Object.keys(after)]);
  const otherwise = [...words].filter(
    (word) => !REMARKS.has(word) && !COMPARED.has(word) && binds(word, after) && !equal(before[word], after[word]),
  );
  return [
    ...valuesNarrowed(before, after).map((what) => `${path} ${what}`),
    ...boundsNarrowed(before, after).map((what) => `${path} ${what}`),
    ...otherwise.map((word) => `${path} has another ${word}`),
  ];
}

/** Without a word more is taken; but what stood in an `allOf` is not compared field by field. */
const binds = (word: string, after: Schema): boolean => word in after || word === 'allOf';

function valuesNarrowed(before: Schema, after: Schema): string[] {
  const [were, are] = [valuesOf(before), valuesOf(after)];
  if (were && are) {
    const gone = were.filter((value) => !are.some((one) => equal(one, value)));
    return gone.length > 0 ? [`no longer takes ${gone.map((value) => JSON.stringify(value)).join(', ')}`] : [];
  }
  if (are) return [`takes ${are.map((value) => JSON.stringify(value)).join(', ')} alone`];
  const [had, has] = [typesOf(before) ?? were?.map(typeOfValue), typesOf(after)];
  if (!has) return [];
  if (!had) return [`takes ${has.join(', ')} alone`];
  const gone = had.filter((type) => !has.includes(type) && !(type === 'integer' && has.includes('number')));
  return gone.length > 0 ? [`no longer takes ${[...new Set(gone)].join(', ')}`] : [];
}

function fields(here: Place, depth: number): string[] {
  const { before, after, path } = here;
  const [were, are] = [recordOf(before.properties), recordOf(after.properties)];
  const [needed, needs] = [namesOf(before.required), namesOf(after.required)];
  return [
    ...Object.keys(were)
      .filter((name) => !(name in are))
      .map((name) => `${path}.${name} was removed`),
    ...needs.filter((name) => !needed.includes(name)).map((name) => `${path}.${name} was made required`),
    ...Object.entries(were).flatMap(([name, one]) => below(here, `${path}.${name}`, one, are[name], depth)),
    ...named(here, depth),
    ...others(here, depth),
  ];
}

/** Fields that have a name now, and were taken without one. */
function named(here: Place, depth: number): string[] {
  const [were, are] = [recordOf(here.before.properties), recordOf(here.after.properties)];
  const taken = here.before.additionalProperties === true ? {} : here.before.additionalProperties;
  return Object.entries(are)
    .filter(([name]) => !(name in were))
    .flatMap(([name, one]) => below(here, `${here.path}.${name}`, taken, one, depth));
}

/** Fields without a name: what was taken of them, and what is. */
function others(here: Place, depth: number): string[] {
  const [were, are] = [here.before.additionalProperties ?? true, here.after.additionalProperties ?? true];
  const isObject = 'properties' in here.before || 'additionalProperties' in here.before;
  if (!isObject || were === false || are === true) return [];
  if (are === false) return [`${here.path} no longer takes other fields`];
  return below(here, `${here.path}.*`, were === true ? {} : were, are, depth);
}

function elements(here: Place, depth: number): string[] {
  const { before, after, path } = here;
  if (!('items' in after)) return [];
  const first = 'prefixItems' in after || !Array.isArray(before.prefixItems) ? [] : before.prefixItems;
  return [
    ...first.flatMap((one: unknown, index) => below(here, `${path}[${index}]`, one, after.items, depth)),
    ...below(here, `${path}[]`, before.items ?? {}, after.items, depth),
  ];
}

const below = (here: Place, path: string, before: unknown, after: unknown, depth: number): string[] =>
  isRecord(before) && isRecord(after) ? compared({ ...here, path, before, after }, depth + 1) : [];

function resolved(schema: Schema, whole: Schema): Schema {
  if (typeof schema.$ref !== 'string') return schema;
  const found = schema.$ref
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), whole);
  return isRecord(found) ? found : {};
}

const bare = (schema: Schema): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([word]) => !REMARKS.has(word)));

/** What refers elsewhere is only the same where that is. */
const same = (before: Schema, after: Schema, { whole }: Place): boolean =>
  equal(before, after) &&
  (!JSON.stringify(before).includes('"$ref"') ||
    equal(whole.before.$defs ?? whole.before, whole.after.$defs ?? whole.after));

function choices(schema: Schema): readonly Schema[] | undefined {
  const list = schema.anyOf ?? schema.oneOf;
  return Array.isArray(list) ? list.filter(isRecord) : undefined;
}

const valuesOf = (schema: Schema): readonly unknown[] | undefined =>
  'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : undefined;

const typesOf = ({ type }: Schema): readonly string[] | undefined =>
  type === undefined ? undefined : [type].flat().map(String);

const typeOfValue = (value: unknown): string =>
  value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value;

const recordOf = (value: unknown): Schema => (isRecord(value) ? value : {});
const namesOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
const equal = (a: unknown, b: unknown): boolean => canonicalize(a) === canonicalize(b);
const unique = (lines: readonly string[]): string[] => [...new Set(lines)];
