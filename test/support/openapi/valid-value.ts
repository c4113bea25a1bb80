import fc from 'fast-check';

export type Schema = Readonly<Record<string, unknown>>;
/** Finds what a `$ref` leads to. */
export type Resolve = (ref: string) => Schema;

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;
export const schemasIn = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);
export const membersIn = (value: unknown): [string, Schema][] =>
  isSchema(value) ? Object.entries(value).flatMap(([name, one]) => (isSchema(one) ? [[name, one]] : [])) : [];
export const wordsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
export const numberIn = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** Values that a JSON Schema allows, of the parts of it that openapi.json has. Lengths are UTF-16 code units. */
export function validValue(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  const inner = (one: Schema) => validValue(one, resolve);
  if (typeof schema.$ref === 'string') return inner(resolve(schema.$ref));
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const choices = [...schemasIn(schema.oneOf), ...schemasIn(schema.anyOf)];
  if (choices.length > 0) return fc.oneof(...choices.map(inner));
  switch (schema.type) {
    case 'string':
      return validText(schema);
    case 'integer':
      return fc.integer({ min: numberIn(schema.minimum, -(2 ** 31)), max: numberIn(schema.maximum, 2 ** 31 - 1) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return (schema.uniqueItems === true ? fc.uniqueArray : fc.array)(
        inner(isSchema(schema.items) ? schema.items : {}),
        {
          minLength: numberIn(schema.minItems, 0),
          maxLength: Math.min(4, numberIn(schema.maxItems, 4)),
        },
      );
    case 'object':
      return validObject(schema, resolve);
    default:
      throw new Error(`no values are known of ${JSON.stringify(schema)}`);
  }
}

function validText({ pattern, minLength, maxLength, not }: Schema): fc.Arbitrary<string> {
  const [least, most] = [numberIn(minLength, 0), numberIn(maxLength, Number.POSITIVE_INFINITY)];
  const taboo = isSchema(not) ? wordsIn(not.enum) : [];
  const fits = (text: string) => text.length >= least && text.length <= most && !taboo.includes(text);
  if (typeof pattern !== 'string')
    return fc.string({ unit: 'binary', minLength: least, maxLength: Math.min(most, 20) }).filter(fits);
  const whole = new RegExp(pattern, 'u');
  const some = textsOf(pattern).filter(fits);
  const edges = [...edgeTexts, 'x'.repeat(Math.min(most, 2000))].filter((text) => whole.test(text) && fits(text));
  if (some.length + edges.length === 0) throw new Error(`no text is known of ${pattern}`);
  return fc.oneof(...[some, edges].flatMap((texts) => (texts.length > 0 ? [fc.constantFrom(...texts)] : [])));
}

/** What a form that is a little too wide lets in. */
const edgeTexts = [
  '',
  ' ',
  '.',
  '..',
  '%',
  '%2E',
  '%00',
  '%7F',
  '%C2%80',
  '%C3%A9',
  '%ED%A0%80',
  '%EF%BF%BE',
  '\u0085',
  '\ufdd0',
];

const texts = new Map<string, readonly string[]>();

/** Some that fit, made once: what long patterns describe takes long to make. */
function textsOf(pattern: string): readonly string[] {
  const whole = new RegExp(pattern, 'u');
  const made =
    texts.get(pattern) ??
    fc
      .sample(fc.stringMatching(new RegExp(withoutLookahead(pattern), 'u'), { size: 'xsmall' }), {
        seed: 29,
        numRuns: 5,
      })
      .filter((text) => whole.test(text));
  texts.set(pattern, made);
  return made;
}

/** The generator knows none; what it then makes is held to the whole pattern. */
function withoutLookahead(pattern: string): string {
  const start = pattern.indexOf('(?!');
  if (start === -1) return pattern;
  let depth = 0;
  let inClass = false;
  for (let at = start; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') at++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (!inClass && character === '(') depth++;
    else if (!inClass && character === ')' && --depth === 0)
      return pattern.slice(0, start) + withoutLookahead(pattern.slice(at + 1));
  }
  throw new Error(`a lookahead does not end in ${pattern}`);
}

function validObject(schema: Schema, resolve: Resolve): fc.Arbitrary<object> {
  const required = new Set(wordsIn(schema.required));
  const properties = membersIn(schema.properties);
  const known = fc.record(Object.fromEntries(properties.map(([name, one]) => [name, validValue(one, resolve)])), {
    requiredKeys: [...required],
  });
  const { propertyNames, additionalProperties } = schema;
  if (!isSchema(additionalProperties)) return known;
  const names = isSchema(propertyNames) ? propertyNames : { type: 'string' };
  const name = validText(names).filter((one) => !properties.some(([taken]) => taken === one));
  const others = fc.dictionary(name, validValue(additionalProperties, resolve), { maxKeys: 3 });
  return fc.tuple(known, others).map(([some, more]) => ({ ...more, ...some }));
}
