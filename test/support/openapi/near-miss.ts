import fc from 'fast-check';
import { membersIn, numberIn, type Resolve, type Schema, schemasIn, validValue, wordsIn } from './valid-value.ts';

/** Texts that many forms exclude. */
export const strangeTexts = [
  '',
  ' ',
  '.',
  '..',
  '1.1',
  'yesterday',
  'a b:c',
  '%zz',
  '\u0000',
  'a\u0085',
  '\ufdd0',
  '\u{1ffff}',
];
const strange = fc.constantFrom<unknown>(...strangeTexts, null, true, 1.5, -1, 2 ** 40, [], {}, [null], { a: 1 });

/**
 * Values that differ from what a JSON Schema allows in one place; some of them are allowed after all, which whoever asks has to see.
 */
export function nearMiss(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === 'string') return nearMiss(resolve(schema.$ref), resolve);
  const choices = [...schemasIn(schema.oneOf), ...schemasIn(schema.anyOf)];
  if (choices.length > 0) return fc.oneof(...choices.map((one) => nearMiss(one, resolve)));
  const within = insideOf(schema, resolve);
  return within ? fc.oneof({ weight: 1, arbitrary: strange }, { weight: 4, arbitrary: within }) : strange;
}

function insideOf(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown> | undefined {
  if (schema.type === 'object') return brokenObject(schema, resolve);
  if (schema.type === 'array') return brokenArray(schema, resolve);
  if (schema.type === 'string') return brokenText(schema);
  if (schema.type === 'integer')
    return fc.constantFrom(numberIn(schema.minimum, 0) - 1, numberIn(schema.maximum, 2 ** 31 - 1) + 1);
  return undefined;
}

const brokenText = ({ maxLength }: Schema): fc.Arbitrary<string> =>
  fc.constantFrom('x'.repeat(numberIn(maxLength, 0) + 1), ...strangeTexts);

function brokenArray(schema: Schema, resolve: Resolve): fc.Arbitrary<unknown[]> {
  const [items = {}] = schemasIn([schema.items]);
  const tooMany = validValue(items, resolve).map((one) =>
    Array.from({ length: numberIn(schema.maxItems, 0) + 1 }, () => one),
  );
  const withOne = fc.tuple(validValue(schema, resolve), nearMiss(items, resolve));
  const broken = withOne.map(([some, one]): unknown[] => [...(Array.isArray(some) ? some : []), one]);
  return fc.oneof(
    { weight: 1, arbitrary: fc.oneof(fc.constant<unknown[]>([]), tooMany) },
    { weight: 9, arbitrary: broken },
  );
}

function brokenObject(schema: Schema, resolve: Resolve): fc.Arbitrary<object> {
  const required = wordsIn(schema.required);
  const properties = membersIn(schema.properties);
  type Change = (value: object) => object;
  const withMember =
    (name: string, broken: unknown): Change =>
    (value) => ({ ...value, [name]: broken });
  const gone = required.map((name) => fc.constant<Change>((value) => without(value, name)));
  const inside = properties.map(([name, one]) => nearMiss(one, resolve).map((broken) => withMember(name, broken)));
  const names = [...properties.map(([name]) => name), 'unknown', 'un-known', 'x'.repeat(65)];
  const strangers = schemasIn([schema.additionalProperties]).map((one) =>
    nearMiss(one, resolve).map((broken) => withMember('extra', broken)),
  );
  const groups = [
    gone,
    inside,
    strangers,
    [null, 'x'].map((one) => fc.constantFrom(...names).map((name) => withMember(name, one))),
  ];
  const changes = groups.flatMap((group) => (group.length > 0 ? [fc.oneof(...group)] : []));
  return fc.tuple(validValue(schema, resolve), fc.oneof(...changes)).map(([value, change]) => change(Object(value)));
}

const without = (value: object, name: string): object =>
  Object.fromEntries(Object.entries(value).filter(([one]) => one !== name));
