import { expect, test } from 'vitest';
import { checkTypeName } from '../../../../local/commands/new/type-name.ts';
import { read } from '../../../support/repository.ts';

/** Of `test/**\/*.long.test.ts` the `long`. */
const suffixes = [...read('vitest.config.ts').matchAll(/\*\.(\w+)\.test\.ts'/g)].map(([, suffix = '']) => suffix);

test('the configuration of tests says which suffixes there are', () => {
  expect(suffixes).toEqual(expect.arrayContaining(['contract', 'e2e', 'program', 'artefact', 'long']));
});

test.each([...new Set([...suffixes, 'test'])])(
  'no type is written whose test would be of another kind: .%s',
  (word) => {
    expect(() => checkTypeName(`parcel.${word}`)).toThrow(
      `"parcel.${word}" may not end in .${word}: parcel.${word}.test.ts would be a test of another kind`,
    );
    expect(() => checkTypeName(`parcel.${word}.sent`)).not.toThrow();
  },
);

test.each(['cart.d', 'cart.d.filled'])('nor one whose file would be a declaration of TypeScript: %s', (type) => {
  expect(() => checkTypeName(type)).toThrow(
    `"${type}" is no event type: must not have the word d but as its first: TypeScript checks nothing in <type>.d.ts`,
  );
});

test.each(['d.cart', 'cart.dd', 'test.long.parcel'])('what only looks like one is a type: %s', (type) => {
  expect(() => checkTypeName(type)).not.toThrow();
});
