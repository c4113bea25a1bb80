import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { quickSchema } from '../../../lib/core/quick-schema.ts';

const twice = (schema: z.ZodType): z.ZodType => {
  quickSchema(schema);
  return quickSchema(schema);
};

/** Schemas as event files have them. */
const schemas: [string, z.ZodType][] = [
  [
    'lines of an order',
    z.strictObject({
      a: z.uuid(),
      b: z
        .array(
          z.strictObject({
            a: z
              .string()
              .regex(/^[a-c]+$/)
              .max(4),
            b: z.int().min(1).max(9),
          }),
        )
        .min(1)
        .max(3),
      c: z.enum(['a', 'b']).optional(),
    }),
  ],
  ['a loose object', z.looseObject({ a: z.string().min(1).optional(), b: z.number().nullable() })],
  ['an object that drops what it does not know', z.object({ a: z.boolean(), b: z.string().default('none') })],
  ['a record', z.record(z.string().max(2), z.union([z.string(), z.number(), z.boolean()]))],
  ['a union', z.union([z.strictObject({ a: z.literal(1) }), z.strictObject({ b: z.string() }), z.array(z.null())])],
  [
    'one of several kinds',
    z.discriminatedUnion('a', [
      z.strictObject({ a: z.literal('a'), b: z.int32() }),
      z.strictObject({ a: z.literal('b'), c: z.email() }),
    ]),
  ],
  ['a tuple', z.tuple([z.string(), z.number().multipleOf(2)]).readonly()],
  ['anything', z.unknown()],
];

const leaf = fc.constantFrom<unknown>(
  ...['a', 'b', 'abc', '', 'none', 'ada@example.com', '0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21'],
  ...[0, 1, 2, 9, 10, 1.5, -1, 2 ** 40, true, false, null],
);
const { data } = fc.letrec<{ data: unknown }>((tie) => ({
  data: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'd' },
    leaf,
    fc.array(tie('data'), { maxLength: 4, depthIdentifier: 'd' }),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__', 'toString'), tie('data')), { maxLength: 4 })
      .map((members) => Object.fromEntries(members)),
  ),
}));

describe('a quick schema', () => {
  it.each(schemas)('says of all data what the plain one says: %s', (_, schema) => {
    const quick = twice(schema);
    fc.assert(
      fc.property(data, (one) => {
        const [said, plain] = [quick, schema].map((of) => of.safeParse(structuredClone(one)));
        expect(said?.data).toEqual(plain?.data);
        expect(said?.error?.issues).toEqual(plain?.error?.issues);
      }),
      { numRuns: 500 },
    );
  });

  it('is made at the second event', () => {
    const schema = z.strictObject({ a: z.string() });
    expect(quickSchema(schema)).toBe(schema);
    const quick = quickSchema(schema);
    expect(quick).not.toBe(schema);
    expect(quickSchema(schema)).toBe(quick);
  });

  it.each<[string, z.ZodType]>([
    ['a refinement', z.strictObject({ a: z.string().refine((text) => text !== 'a') })],
    ['one of many refinements', z.array(z.string()).superRefine(() => {})],
    ['a check', z.string().check(() => {})],
    ['a transform', z.union([z.number(), z.string().transform(Number)])],
    ['what is done before', z.preprocess((value) => value, z.string())],
    ['what is caught', z.strictObject({ a: z.string().catch(() => 'a') })],
    [
      'a kind of its own',
      z.record(
        z.string(),
        z.custom<string>((value) => value === 'a'),
      ),
    ],
    ['a format of its own', z.array(z.stringFormat('own', (text) => text === 'a'))],
    ['what is told later', z.strictObject({ a: z.lazy(() => z.string()) })],
    ['what overwrites', z.string().overwrite((text) => text)],
    ['a field by the name of what is passed over: when', z.strictObject({ when: z.string().transform(Number) })],
    ['… error', z.array(z.object({ error: z.string().refine(() => true) }))],
    ['… defaultValue', z.strictObject({ defaultValue: z.object({ a: z.string().check(() => {}) }) })],
    ['… _zod', z.strictObject({ _zod: z.string(), a: z.string().transform(Number) })],
  ])('is not made of code of its author: %s', (_, schema) => {
    expect(twice(schema)).toBe(schema);
  });
});
