/** Data that a schema refuses, and in which way. */
export interface InvalidForm {
  /** `without "name"` */
  what: string;
  data: unknown;
}

type Schema = Readonly<Record<string, unknown>>;

/** One value of each kind that JSON has, but null, which stands for nothing at all. */
const values: readonly [kind: string, value: unknown][] = [
  ['string', 'text'],
  ['number', 17],
  ['boolean', true],
  ['array', []],
  ['object', {}],
];

/**
 * Forms of valid data that a JSON Schema refuses: a required field is missing, a field has another type, a field is there that is not
 * declared. What the schema does not rule out is left out.
 * @param schema JSON Schema 2020-12; what stands behind `$ref`, `anyOf`, `oneOf` and `allOf` is looked at for types alone
 * @param example valid data
 */
export function invalidForms(schema: Schema, example: unknown): InvalidForm[] {
  if (schema.type !== 'object' || !isRecord(example)) {
    const wrong = otherThan(schema, schema);
    return wrong === undefined ? [] : [{ what: 'of another type', data: wrong.value }];
  }
  return [withoutOne(schema, example), withAnotherType(schema, example), withOneMore(schema, example)].filter(
    (form) => form !== undefined,
  );
}

function withoutOne({ required }: Schema, example: Schema): InvalidForm | undefined {
  const [field] = Array.isArray(required) ? required.map(String) : [];
  if (field === undefined) return undefined;
  const { [field]: _, ...data } = example;
  return { what: `without "${field}"`, data };
}

function withAnotherType(schema: Schema, example: Schema): InvalidForm | undefined {
  for (const [field, declared] of Object.entries(recordOr(schema.properties))) {
    const wrong = isRecord(declared) ? otherThan(declared, schema) : undefined;
    if (wrong) return { what: `"${field}" a ${wrong.kind}`, data: { ...example, [field]: wrong.value } };
  }
  return undefined;
}

function withOneMore({ additionalProperties, properties, patternProperties }: Schema, example: Schema) {
  if (additionalProperties !== false || patternProperties !== undefined) return undefined;
  let field = 'unexpected';
  while (field in recordOr(properties)) field += 'Too';
  return { what: `with "${field}"`, data: { ...example, [field]: true } };
}

/** A value of a kind that a schema does not allow; undefined where it may allow all of them. */
function otherThan(schema: Schema, root: Schema): { kind: string; value: unknown } | undefined {
  const allowed = kindsOf(schema, root, 0);
  const [kind, value] = (allowed && values.find(([one]) => !allowed.has(one))) ?? [];
  return kind === undefined ? undefined : { kind, value };
}

/** Deeper than any schema that is not endless. */
const DEEPEST = 20;

/** Kinds of JSON that a schema may allow; undefined where that cannot be told. */
function kindsOf(schema: unknown, root: Schema, depth: number): Set<string> | undefined {
  if (!isRecord(schema) || depth > DEEPEST) return undefined;
  const below = (one: unknown) => kindsOf(one, root, depth + 1);
  if (typeof schema.type === 'string') return new Set([kindOf(schema.type)]);
  if (Array.isArray(schema.type)) return new Set(schema.type.map((one) => kindOf(String(one))));
  if ('const' in schema) return new Set([kindOfValue(schema.const)]);
  if (Array.isArray(schema.enum)) return new Set(schema.enum.map(kindOfValue));
  if (typeof schema.$ref === 'string') return below(referred(schema.$ref, root));
  if (Array.isArray(schema.allOf)) return schema.allOf.map(below).find((kinds) => kinds !== undefined);
  const alternatives = [schema.anyOf, schema.oneOf].find(Array.isArray)?.map(below);
  if (!alternatives?.every((kinds) => kinds !== undefined)) return undefined;
  return new Set(alternatives.flatMap((kinds) => [...kinds]));
}

const kindOf = (type: string): string => (type === 'integer' ? 'number' : type);
const kindOfValue = (value: unknown): string =>
  Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;

/** `#/$defs/Line` within the schema; undefined for any other reference. */
function referred(reference: string, root: Schema): unknown {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  const names = reference
    .slice(2)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  return names.reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), root);
}

const isRecord = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const recordOr = (value: unknown): Schema => (isRecord(value) ? value : {});
