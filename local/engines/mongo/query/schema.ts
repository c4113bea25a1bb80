import { Decimal128 } from 'bson';
import { MongoFault } from '../errors.ts';
import { compare, equal, keyOf } from '../value/key.ts';
import { type Doc, field, isDocument, refuseDecimal, type TypeName, toNumber, typeName } from '../value/types.ts';
import { regexOf } from './regex.ts';
import { typesOf } from './types.ts';
import { type Check, onArrays, onDocuments, onNumbers, onStrings } from './when-type.ts';

type Predicate<Value> = (value: Value) => boolean;
/** Told of every keyword. */
type Note = (keyword: string) => void;

const jsonTypes: Readonly<Record<string, readonly TypeName[]>> = {
  object: ['object'],
  array: ['array'],
  number: ['int', 'long', 'double', 'decimal'],
  boolean: ['bool'],
  string: ['string'],
  null: ['null'],
};

/**
 * Compiles a `$jsonSchema`. What it does not know is refused.
 * https://www.mongodb.com/docs/manual/reference/operator/query/jsonSchema/
 * @throws MongoFault FailedToParse
 */
export function compileSchema(schema: unknown, note: Note = () => {}): Check {
  if (!isDocument(schema)) throw new MongoFault('TypeMismatch', '$jsonSchema must be an object');
  const checks = Object.entries(schema).flatMap(([name, value]) => {
    note(name);
    return keyword(name, value, schema, note) ?? [];
  });
  return (value) => checks.every((check) => check(value));
}

const codePoints = (text: string): number => [...text].length;

function keyword(name: string, value: unknown, schema: Doc, note: Note): Check | undefined {
  const number = (): number => {
    const found = value instanceof Decimal128 ? Number(value.toString()) : toNumber(value);
    if (found === undefined) throw new MongoFault('TypeMismatch', `$jsonSchema keyword '${name}' must be a number`);
    return found;
  };
  switch (name) {
    case 'title':
    case 'description':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return undefined;
    case 'bsonType': {
      const types = typesOf(value, name);
      return (one) => types.has(typeName(one));
    }
    case 'type': {
      const types = new Set(list(name, value).flatMap((type) => jsonTypes[String(type)] ?? unknownType(type)));
      return (one) => types.has(typeName(one));
    }
    case 'enum':
      return (one) => list(name, value).some((allowed) => equal(allowed, one));
    case 'required': {
      const fields = list(name, value).map(String);
      return onDocuments((document) => fields.every((path) => Object.hasOwn(document, path)));
    }
    case 'properties':
      return properties(value, note);
    case 'additionalProperties':
      return additional(value, schema, note);
    case 'patternProperties':
      return patterned(value, note);
    case 'dependencies':
      return dependencies(value, note);
    case 'items':
      return items(value, schema, note);
    case 'additionalItems':
      return undefined;
    case 'multipleOf':
      return onNumbers((one) => {
        refuseDecimal(one);
        return (toNumber(one) ?? Number.NaN) % number() === 0;
      });
    case 'minimum':
      number();
      return onNumbers((one) =>
        schema.exclusiveMinimum === true ? compare(one, value) > 0 : compare(one, value) >= 0,
      );
    case 'maximum':
      number();
      return onNumbers((one) =>
        schema.exclusiveMaximum === true ? compare(one, value) < 0 : compare(one, value) <= 0,
      );
    case 'minLength':
      return onStrings((text) => codePoints(text) >= number());
    case 'maxLength':
      return onStrings((text) => codePoints(text) <= number());
    case 'pattern': {
      const { matches } = regexOf(value);
      return onStrings(matches);
    }
    case 'minItems':
      return onArrays((array) => array.length >= number());
    case 'maxItems':
      return onArrays((array) => array.length <= number());
    case 'uniqueItems':
      return value === true ? onArrays((array) => new Set(array.map(keyOf)).size === array.length) : undefined;
    case 'minProperties':
      return onDocuments((document) => Object.keys(document).length >= number());
    case 'maxProperties':
      return onDocuments((document) => Object.keys(document).length <= number());
    case 'allOf':
    case 'anyOf':
    case 'oneOf': {
      const all = list(name, value).map((one) => compileSchema(one, note));
      if (name === 'allOf') return (one) => all.every((check) => check(one));
      if (name === 'anyOf') return (one) => all.some((check) => check(one));
      return (one) => all.filter((check) => check(one)).length === 1;
    }
    case 'not': {
      const check = compileSchema(value, note);
      return (one) => !check(one);
    }
    default:
      throw new MongoFault('FailedToParse', `Unknown $jsonSchema keyword: ${name}`);
  }
}

function properties(value: unknown, note: Note): Check {
  if (!isDocument(value)) throw new MongoFault('TypeMismatch', "$jsonSchema keyword 'properties' must be an object");
  const checks = Object.entries(value).map(([name, schema]) => [name, compileSchema(schema, note)] as const);
  return onDocuments((document) =>
    checks.every(([name, check]) => {
      const one = field(document, name);
      return one === undefined || check(one);
    }),
  );
}

function additional(value: unknown, schema: Doc, note: Note): Check | undefined {
  if (value === true) return undefined;
  const known = new Set(isDocument(schema.properties) ? Object.keys(schema.properties) : []);
  const patterns = patternsOf(schema.patternProperties, note);
  const check = value === false ? () => false : compileSchema(value, note);
  return onDocuments((document) =>
    Object.entries(document).every(
      ([name, one]) => known.has(name) || patterns.some(({ matches }) => matches(name)) || check(one),
    ),
  );
}

function patternsOf(value: unknown, note: Note): { matches: Predicate<string>; check: Check }[] {
  if (value === undefined) return [];
  if (!isDocument(value))
    throw new MongoFault('TypeMismatch', "$jsonSchema keyword 'patternProperties' must be an object");
  return Object.entries(value).map(([pattern, schema]) => ({
    matches: regexOf(pattern).matches,
    check: compileSchema(schema, note),
  }));
}

function patterned(value: unknown, note: Note): Check {
  const patterns = patternsOf(value, note);
  return onDocuments((document) =>
    Object.entries(document).every(([name, one]) =>
      patterns.every(({ matches, check }) => !matches(name) || check(one)),
    ),
  );
}

/** What the presence of one field asks of the rest: other fields, or a schema. */
function dependencies(value: unknown, note: Note): Check {
  if (!isDocument(value)) throw new MongoFault('TypeMismatch', "$jsonSchema keyword 'dependencies' must be an object");
  const checks = Object.entries(value).map(
    ([name, asked]) => [name, compileSchema(Array.isArray(asked) ? { required: asked } : asked, note)] as const,
  );
  return onDocuments((document) => checks.every(([name, check]) => !Object.hasOwn(document, name) || check(document)));
}

/** One schema for all elements, or one for each place and `additionalItems` for the rest. */
function items(value: unknown, { additionalItems = true }: Doc, note: Note): Check {
  if (!Array.isArray(value)) {
    const check = compileSchema(value, note);
    return onArrays((array) => array.every(check));
  }
  const places = value.map((one) => compileSchema(one, note));
  const more = typeof additionalItems === 'boolean' ? () => additionalItems : compileSchema(additionalItems, note);
  return onArrays((array) => array.every((one, at) => (places[at] ?? more)(one)));
}

function list(name: string, value: unknown): unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  if (name === 'type' && typeof value === 'string') return [value];
  throw new MongoFault('TypeMismatch', `$jsonSchema keyword '${name}' must be a nonempty array`);
}

function unknownType(type: unknown): never {
  throw new MongoFault('BadValue', `Unknown type name alias: ${String(type)}`);
}
