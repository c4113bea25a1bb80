import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { narrowings } from '../../../deploy/released/narrowings.ts';
import { jsonSchemaOf } from '../../../lib/core/json-schema.ts';

const base = z.strictObject({
  id: z.uuid(),
  note: z.string().max(10).optional(),
  size: z.number(),
  kind: z.enum(['a', 'b']),
  lines: z.array(z.strictObject({ count: z.int().min(1) })).max(3),
  labels: z.record(z.string(), z.string()).optional(),
  maybe: z.string().nullable(),
});
const found = (after: z.ZodType, before: z.ZodType = base) => narrowings(jsonSchemaOf(before), jsonSchemaOf(after));

describe('a schema that takes all that it took', () => {
  it.each<[string, z.ZodType]>([
    ['the same', base],
    ['a field more that is optional', base.extend({ more: z.string().optional() })],
    ['a field more that has a default', base.extend({ more: z.string().default('x') })],
    ['a value more', base.extend({ kind: z.enum(['a', 'b', 'c']) })],
    ['any text in place of some', base.extend({ kind: z.string() })],
    ['wider bounds', base.extend({ note: z.string().max(11).optional(), lines: base.shape.lines.element.array() })],
    ['another type beside it', base.extend({ size: z.union([z.string(), z.number()]) })],
    ['what was required made optional', base.extend({ size: z.number().optional() })],
    ['other fields', z.looseObject(base.shape)],
    ['remarks', base.extend({ size: z.number().meta({ title: 'Size', description: 'How large', sensitive: true }) })],
    ['anything', base.extend({ size: z.unknown() })],
  ])('is not narrower: %s', (_, after) => {
    expect(found(after)).toEqual([]);
  });

  it('is told where it refers to itself', () => {
    const node = z.strictObject({
      name: z.string(),
      get below() {
        return z.array(node).optional();
      },
    });
    const narrow = z.strictObject({
      name: z.string().min(1),
      get below() {
        return z.array(narrow).optional();
      },
    });
    expect(found(node, node)).toEqual([]);
    expect(found(narrow, node)).toContain('data.name has a minLength of 1');
  });
});

describe('what had no name of its own', () => {
  it.each<[string, z.ZodType, z.ZodType, string[]]>([
    [
      'a field among others that were taken',
      z.looseObject({ a: z.string() }),
      z.looseObject({ a: z.string(), more: z.string().optional() }),
      ['data.more takes string alone'],
    ],
    [
      'a field of another type than others were',
      z.object({ a: z.string() }).catchall(z.number()),
      z.object({ a: z.string(), more: z.string().optional() }).catchall(z.number()),
      ['data.more no longer takes number'],
    ],
    [
      'elements that had each a type',
      z.tuple([z.string(), z.number()]),
      z.array(z.string()),
      ['data[1] no longer takes number'],
    ],
  ])('is compared: %s', (_, before, after, lines) => {
    expect(found(after, before)).toEqual(lines);
  });

  it('takes more where it has a name that fits', () => {
    const before = z.object({ a: z.string() }).catchall(z.number());
    expect(found(z.object({ a: z.string(), more: z.number().optional() }).catchall(z.number()), before)).toEqual([]);
    expect(found(z.looseObject({ more: z.unknown() }), z.looseObject({}))).toEqual(['data.more was made required']);
    expect(found(z.array(z.union([z.string(), z.number()])), z.tuple([z.string(), z.number()]))).toEqual([]);
    expect(found(base.extend({ more: z.string().optional() }))).toEqual([]);
  });
});

describe('a schema that takes less', () => {
  it.each<[string, z.ZodType, string[]]>([
    ['a field removed', base.omit({ note: true }), ['data.note was removed']],
    ['and where others are taken', z.looseObject(base.omit({ note: true }).shape), ['data.note was removed']],
    ['a field made required', base.required({ note: true }), ['data.note was made required']],
    ['a field more that is required', base.extend({ more: z.string() }), ['data.more was made required']],
    ['another type', base.extend({ size: z.string() }), ['data.size no longer takes number']],
    ['whole numbers alone', base.extend({ size: z.int() }), ['data.size no longer takes number']],
    ['a value less', base.extend({ kind: z.enum(['a']) }), ['data.kind no longer takes "b"']],
    ['one value', base.extend({ kind: z.literal('a') }), ['data.kind no longer takes "b"']],
    ['values in place of a text', base.extend({ note: z.enum(['x']).optional() }), ['data.note takes "x" alone']],
    ['no null', base.extend({ maybe: z.string() }), ['data.maybe no longer takes null']],
    ['a pattern', base.extend({ note: z.string().max(10).regex(/^a/).optional() }), ['data.note has another pattern']],
    ['another pattern', base.extend({ id: z.email() }), ['data.id has another format', 'data.id has another pattern']],
    [
      'less room',
      base.extend({ note: z.string().max(9).optional() }),
      ['data.note has a maxLength of 9, which was 10'],
    ],
    [
      'less room below',
      base.extend({ lines: z.array(z.strictObject({ count: z.int().min(2) })).max(3) }),
      ['data.lines[].count has a minimum of 2, which was 1'],
    ],
    [
      'a field removed below',
      base.extend({ lines: z.array(z.strictObject({})).max(3) }),
      ['data.lines[].count was removed'],
    ],
    [
      'less in a record',
      base.extend({ labels: z.record(z.string(), z.string().max(5)).optional() }),
      ['data.labels.* has a maxLength of 5'],
    ],
  ])('says what: %s', (_, after, faults) => {
    expect(found(after)).toEqual(expect.arrayContaining(faults));
  });

  it('says that other fields are refused, and that anything was taken', () => {
    expect(found(z.strictObject({ a: z.string() }), z.looseObject({ a: z.string() }))).toEqual([
      'data no longer takes other fields',
    ]);
    expect(found(z.strictObject({ a: z.string() }), z.strictObject({ a: z.unknown() }))).toContain(
      'data.a takes string alone',
    );
  });

  it('tells a choice less of a union', () => {
    const shape = (kind: string) => z.strictObject({ kind: z.literal(kind), [`${kind}Id`]: z.string() });
    const both = z.discriminatedUnion('kind', [shape('a'), shape('b')]);
    const three = z.discriminatedUnion('kind', [shape('a'), shape('b'), shape('c')]);
    expect(found(three, both)).toEqual([]);
    expect(found(both, three)).not.toEqual([]);
  });

  it('does not guess about what it cannot compare', () => {
    const after = { type: 'object', properties: { a: {} } };
    expect(narrowings({ allOf: [after, { required: ['b'] }] }, after)).toContain('data has another allOf');
    expect(narrowings({ not: {} }, { not: { type: 'null' } })).toEqual(['data has another not']);
    expect(found(z.tuple([z.string()]), z.tuple([z.string(), z.string()]))).toContain('data has another prefixItems');
  });
});
