import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MASK, masked, pathOutside, sensitiveLeaves } from '../../../lib/core/masking.ts';
import { allMarked, marksOf } from '../../../lib/sdk/sensitive-marks.ts';
import { cpuMs } from '../../support/cpu-time.ts';
import { keptBytes } from '../../support/kept-bytes.ts';

const marked = <Schema extends z.ZodType>(schema: Schema) => schema.meta({ sensitive: true });
const pin = marked(z.string());
const shown = (schema: z.ZodType, data: unknown) => masked(marksOf(schema), data);

interface Tree {
  pin: string;
  below: Tree[];
}
const tree: z.ZodType<Tree> = z.strictObject({
  pin,
  get below() {
    return z.array(tree);
  },
});
const lazyTree: z.ZodType<Tree> = z.lazy(() => z.strictObject({ pin, below: z.array(lazyTree) }));

describe('a mark is honoured wherever it stands', () => {
  test.each<[string, z.ZodType, unknown, unknown]>([
    ['a member', z.object({ pin, open: z.string() }), { pin: '1', open: 'o' }, { pin: MASK, open: 'o' }],
    ['all of data', marked(z.object({ a: z.string() })), { a: '1' }, MASK],
    ['a member within', z.object({ a: z.object({ pin }) }), { a: { pin: 1, b: 2 } }, { a: { pin: MASK, b: 2 } }],
    ['a list', z.object({ all: marked(z.array(z.number())) }), { all: [1] }, { all: MASK }],
    ['items', z.array(pin), ['1', '2'], [MASK, MASK]],
    ['members of items', z.array(z.object({ pin })), [{ pin: '1', b: 2 }], [{ pin: MASK, b: 2 }]],
    ['one of a tuple', z.tuple([z.string(), pin]), ['o', '1'], ['o', MASK]],
    ['the rest of a tuple', z.tuple([z.string()], pin), ['o', '1', '2'], ['o', MASK, MASK]],
    ['values of a record', z.record(z.string(), pin), { a: '1', b: '2' }, { a: MASK, b: MASK }],
    [
      'names of a record',
      z.object({ by: z.record(marked(z.email()), z.number()) }),
      { by: { 'a@b.de': 1 } },
      { by: MASK },
    ],
    [
      'members beyond those declared',
      z.object({ a: z.string() }).catchall(pin),
      { a: 'o', b: '1' },
      { a: 'o', b: MASK },
    ],
    ['optional', z.object({ pin: pin.optional() }), { pin: '1' }, { pin: MASK }],
    ['absent', z.object({ pin: pin.optional() }), {}, {}],
    ['nullable', z.object({ pin: pin.nullable() }), { pin: null }, { pin: MASK }],
    ['nullish', z.object({ pin: pin.nullish() }), { pin: '1' }, { pin: MASK }],
    ['a default', z.object({ pin: pin.default('x') }), { pin: '1' }, { pin: MASK }],
    ['a prefault', z.object({ pin: pin.prefault('x') }), { pin: '1' }, { pin: MASK }],
    ['a catch', z.object({ pin: pin.catch('x') }), { pin: '1' }, { pin: MASK }],
    ['nonoptional', z.object({ pin: pin.optional().nonoptional() }), { pin: '1' }, { pin: MASK }],
    ['readonly', z.object({ pin: pin.readonly() }), { pin: '1' }, { pin: MASK }],
    ['a mark on the wrapper', z.object({ pin: marked(z.string().optional()) }), { pin: '1' }, { pin: MASK }],
    ['a brand', z.object({ pin: pin.brand('pin') }), { pin: '1' }, { pin: MASK }],
    ['a transform', z.object({ pin: pin.transform(Number) }), { pin: '1' }, { pin: MASK }],
    ['a mark on a transform', z.object({ pin: marked(z.string().transform(Number)) }), { pin: '1' }, { pin: MASK }],
    ['a pipe, at its end', z.object({ pin: z.string().pipe(pin) }), { pin: '1' }, { pin: MASK }],
    ['a preprocess', z.object({ a: z.preprocess(String, pin) }), { a: 1 }, { a: MASK }],
    [
      'a part of what a transform makes',
      z.object({ a: z.preprocess((v) => v, z.object({ pin })) }),
      { a: { PIN: '1' } },
      { a: MASK },
    ],
    ['a map that a transform makes', z.preprocess((v) => v, z.map(z.string(), pin)), { a: '1' }, MASK],
    ['names of such a map', z.preprocess((v) => v, z.map(pin, z.string())), { a: '1' }, MASK],
    ['a set that a transform makes', z.preprocess((v) => v, z.set(pin)), ['1'], MASK],
    ['a part of a text', z.object({ a: z.templateLiteral(['PIN ', pin]) }), { a: 'PIN 1' }, { a: MASK }],
    [
      'a codec',
      z.object({ a: z.codec(z.string(), z.object({ pin }), { decode: () => ({ pin: '' }), encode: () => '' }) }),
      { a: 'x' },
      { a: MASK },
    ],
    ['a piece of a text', z.object({ a: z.templateLiteral(['no-', pin]) }), { a: 'no-1' }, { a: MASK }],
    [
      'a Map that is made of it',
      z.object({ a: z.preprocess((v) => v, z.map(z.string(), pin)) }),
      { a: { x: '1' } },
      { a: MASK },
    ],
    ['a Set that is made of it', z.object({ a: z.preprocess((v) => v, z.set(pin)) }), { a: ['1'] }, { a: MASK }],
    [
      'forms of a union',
      z.union([z.object({ pin }), z.object({ open: z.string() })]),
      { pin: '1', open: 'o' },
      { pin: MASK, open: 'o' },
    ],
    [
      'forms that are told apart',
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('a'), pin }), z.object({ kind: z.literal('b') })]),
      { kind: 'a', pin: '1' },
      { kind: 'a', pin: MASK },
    ],
    [
      'an intersection',
      z.intersection(z.object({ a: z.string() }), z.object({ pin })),
      { a: 'o', pin: '1' },
      { a: 'o', pin: MASK },
    ],
    ['what is lazy', z.lazy(() => z.object({ pin })), { pin: '1' }, { pin: MASK }],
    [
      'what holds itself',
      tree,
      { pin: '1', below: [{ pin: '2', below: [] }] },
      { pin: MASK, below: [{ pin: MASK, below: [] }] },
    ],
    [
      'what holds itself lazily',
      lazyTree,
      { pin: '1', below: [{ pin: '2', below: [] }] },
      { pin: MASK, below: [{ pin: MASK, below: [] }] },
    ],
    [
      'a mark in the registry',
      z.object({ a: z.string().register(z.globalRegistry, { sensitive: true }) }),
      { a: '1' },
      { a: MASK },
    ],
    [
      'checks after the mark',
      z.object({
        pin: pin
          .min(1)
          .trim()
          .refine(() => true),
      }),
      { pin: '1' },
      { pin: MASK },
    ],
    [
      'words after the mark',
      z.object({ pin: pin.describe('of a card').meta({ title: 'PIN' }) }),
      { pin: '1' },
      { pin: MASK },
    ],
    ['a mark of another kind', z.object({ a: z.string().meta({ sensitive: 'yes' }) }), { a: '1' }, { a: MASK }],
    ['no mark', z.object({ a: z.string().meta({ sensitive: false }) }), { a: '1' }, { a: '1' }],
    ['data of an unknown schema', z.unknown(), { a: '1' }, { a: '1' }],
  ])('%s', (_, schema, data, expected) => {
    expect(shown(schema, data)).toEqual(expected);
  });
});

test('what is not marked costs nothing', () => {
  expect(marksOf(z.object({ a: z.string(), b: z.array(z.record(z.string(), z.json())) }))).toBeUndefined();
});

test('of data that nobody declares all is masked', () => {
  expect(masked(allMarked, { a: 1 })).toBe(MASK);
});

test('a name that every object has is no mark', () => {
  expect(shown(z.object({ pin }).loose(), JSON.parse('{"__proto__":{"pin":"1"},"constructor":"c"}'))).toEqual(
    JSON.parse('{"__proto__":{"pin":"1"},"constructor":"c"}'),
  );
});

test('a path ends at the sensitive value that it leads into', () => {
  const marks = marksOf(
    z.object({ by: z.array(z.object({ to: marked(z.record(z.string(), z.object({ a: pin }))) })) }),
  );
  expect(pathOutside(marks, ['by', 3, 'to', 'ada@example.com', 'a'])).toEqual({
    path: ['by', 3, 'to'],
    sensitive: true,
  });
  expect(pathOutside(marks, ['by', '3', 'to'])).toEqual({ path: ['by', '3', 'to'], sensitive: true });
  expect(pathOutside(marks, ['by', 3, 'from', 'x'])).toEqual({ path: ['by', 3, 'from', 'x'], sensitive: false });
  expect(pathOutside(undefined, ['by'])).toEqual({ path: ['by'], sensitive: false });
});

test('texts, numbers and dates within are found, and the names of records', () => {
  const marks = marksOf(
    z.object({ open: z.string(), all: marked(z.object({ by: z.record(z.string(), z.unknown()) })) }),
  );
  const day = new Date(0);
  const data = { open: 'o', all: { by: { ada: { n: 1, day, yes: true, none: null, big: 2n } } } };
  expect(marks && sensitiveLeaves(marks, data)).toEqual(['ada', 1, day, 2n]);
});

test('of the ways through a schema that holds itself none is kept', () => {
  const fork = z.object({
    pin: pin.optional(),
    get left() {
      return fork.optional();
    },
    get right() {
      return fork.optional();
    },
  });
  const marks = marksOf(fork);
  const way = (turns: number): unknown =>
    Array.from({ length: 50 }, (_, depth) => (turns * 7 ** depth) % 11 < 5).reduce<unknown>(
      (below, left) => (left ? { left: below } : { right: below }),
      { pin: '1' },
    );
  const walk = (count: number) => {
    for (let turns = 1; turns <= count; turns++) masked(marks, way(turns / 3));
  };
  walk(10);
  expect(keptBytes(() => walk(300))).toBeLessThan(500_000);
});

test('what a schema makes of a value is looked at too where it is a Map or a Set', () => {
  const marks = marksOf(z.object({ all: z.preprocess((v) => v, z.map(pin, z.set(z.string()))) }));
  const data = { all: new Map([['ada', new Set(['one', 'two'])]]) };
  expect(marks && sensitiveLeaves(marks, data)).toEqual(['ada', 'one', 'two']);
});

test('a long list is masked in time', async () => {
  const either = z.union([z.object({ pin }), z.object({ open: z.string() }), z.lazy(() => z.object({ pin }))]);
  const marks = marksOf(z.array(either));
  const data = Array.from({ length: 20_000 }, () => ({ pin: '1', open: 'o' }));
  expect(await cpuMs(() => masked(marks, data))).toBeLessThan(1000);
});
