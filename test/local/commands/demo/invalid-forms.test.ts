import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { loadEventFolder } from '../../../../deploy/event-types.ts';
import { invalidForms } from '../../../../local/commands/demo/invalid-forms.ts';

const formsOf = (schema: z.ZodType, example: unknown) => invalidForms(z.toJSONSchema(schema, { io: 'input' }), example);

test('an object lacks a required field, has one of another type, has one that is not declared', () => {
  expect(formsOf(z.strictObject({ name: z.string(), size: z.int().optional() }), { name: 'a' })).toEqual([
    { what: 'without "name"', data: {} },
    { what: '"name" a number', data: { name: 17 } },
    { what: 'with "unexpected"', data: { name: 'a', unexpected: true } },
  ]);
});

describe('what a schema does not rule out is left out', () => {
  test.each<[string, z.ZodType, unknown, string[]]>([
    ['no field is required', z.strictObject({ a: z.string().optional() }), {}, ['"a" a number', 'with "unexpected"']],
    ['a default fills in', z.strictObject({ a: z.int().default(1) }), { a: 2 }, ['"a" a string', 'with "unexpected"']],
    ['other fields are allowed', z.object({ a: z.boolean() }), { a: true }, ['without "a"', '"a" a string']],
    ['a field may be anything', z.object({ a: z.unknown() }), { a: 1 }, ['without "a"']],
    ['nothing is said of fields', z.record(z.string(), z.number()), { a: 1 }, []],
    ['everything is allowed', z.unknown(), { a: 1 }, []],
  ])('%s', (_, schema, example, whats) => {
    expect(formsOf(schema, example).map(({ what }) => what)).toEqual(whats);
  });
});

describe('another type is one that none of these allows', () => {
  const Line = z.object({ next: z.string() }).meta({ id: 'Line' });
  test.each<[string, z.ZodType, unknown, unknown]>([
    ['a number', z.int(), 3, 'text'],
    ['a text', z.string(), 'a', 17],
    ['several', z.union([z.string(), z.number(), z.null()]), 'a', true],
    ['words', z.enum(['a', 'b']), 'a', 17],
    ['one value', z.literal(4), 4, 'text'],
    ['one of two objects', z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]), { a: '' }, 'text'],
    ['a list', z.array(Line), [], 'text'],
  ])('%s', (_, schema, example, data) => {
    expect(formsOf(schema, example)).toEqual([{ what: 'of another type', data }]);
  });

  test('behind a reference, and in a schema that refers to itself', () => {
    const $defs = { Text: { type: 'string' }, Loop: { $ref: '#/$defs/Loop' } };
    const one = (a: object) =>
      invalidForms({ type: 'object', $defs, properties: { a } }, { a: 'x' }).map(({ data }) => data);
    expect(one({ $ref: '#/$defs/Text' })).toEqual([{ a: 17 }]);
    expect(one({ allOf: [{ minLength: 1 }, { type: 'string' }] })).toEqual([{ a: 17 }]);
    expect(one({ $ref: '#/$defs/Loop' })).toEqual([]);
    expect(one({ $ref: 'https://example.com/schema' })).toEqual([]);
  });
});

test('a field that is not declared has a name that no field has', () => {
  const [, , form] = formsOf(z.strictObject({ unexpected: z.string() }), { unexpected: 'a' });
  expect(form?.data).toEqual({ unexpected: 'a', unexpectedToo: true });
});

test('every form of every shipped type is one that its schema refuses', async () => {
  const { entries } = await loadEventFolder();
  const forms = entries.flatMap(({ definition, jsonSchema }) =>
    invalidForms(jsonSchema, definition.example).map(({ what, data }) => [
      `${definition.type} ${what}`,
      definition.data.safeParse(data).success,
    ]),
  );
  expect(forms.length).toBe(3 * entries.length);
  expect(forms.filter(([, valid]) => valid)).toEqual([]);
});
