import { globSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventFolder } from '../../../deploy/event-folder.ts';
import { loadEventFolder } from '../../../deploy/event-types.ts';
import { pascalCase } from '../../../lib/core/names.ts';
import { filesOf, read, root } from '../../support/repository.ts';

/** Where the shop is at home. */
const ROOMS = [
  'functions/events/',
  'functions/common/shop.ts',
  'test/functions/events/',
  'examples/shop/',
  'test/examples/shop/',
];
/** Fields whose names Sluice and AWS use too. */
const COMMON = ['userAgent'];

const types = z.array(z.string()).parse(JSON.parse(read('examples/shop/event-types.json')));
const { entries } = await loadEventFolder(eventFolder(undefined, {}));
const shop = entries.map(({ definition }) => definition).filter(({ type }) => types.includes(type));

/** `order.placed`, `order-placed`, `OrderPlaced`, `orderPlaced` */
function spellingsOf(type: string): string[] {
  const pascal = pascalCase(type);
  return [type, type.replaceAll('.', '-'), pascal, pascal.charAt(0).toLowerCase() + pascal.slice(1)];
}

/** Fields of documents and of data that say what they are of: two words in one, or an abbreviation. */
const fields = types
  .flatMap(
    (type) =>
      read(`functions/events/${type}.ts`).match(
        /^(export )?interface [\s\S]*?^}|z\.strictObject\(\{[\s\S]*?^ *\}\)/gm,
      ) ?? [],
  )
  .flatMap((block) => block.match(/(?<=^\s+)\w+(?=\??: )/gm) ?? [])
  .filter((field) => (/[A-Z]/.test(field) || field === 'sku') && !COMMON.includes(field));
const names = shop.flatMap(({ collections, projections }) => Object.keys({ ...collections, ...projections }));
const oneOf = (words: readonly string[]): string =>
  `(?:${[...new Set(words)].map((word) => word.replace(/[.-]/g, '\\$&')).join('|')})`;
/** What may be a word of the language means the shop where it is a name: in quotes, or before its declaration. */
const named = oneOf(names);
const words = new RegExp(
  `${oneOf(types.flatMap(spellingsOf))}|\\b${oneOf(fields)}\\b|['"]${named}['"]|\\b${named}: [{[]`,
);

describe('the shop is a guest', () => {
  test('whose words are read from its files', () => {
    expect(shop.map(({ type }) => type)).toEqual(types);
    for (const text of [
      "type: 'order.placed'",
      "collection('orders')",
      'revenue: {',
      "'top-products'",
      'customerId',
      'sku',
      'onOrderPlaced',
      'unitPrice',
    ])
      expect(text).toMatch(words);
    for (const text of ['in that order', 'users see this', 'the products of others']) expect(text).not.toMatch(words);
  });

  test('whom nothing outside its rooms names, documents apart', () => {
    const files = [
      ...filesOf('{functions,lib,deploy,local,client,examples,testing,test,verification}/**/*.{ts,cjs,mjs,json}'),
      ...globSync('*.{ts,json,yml}', { cwd: root }),
    ].filter((path) => !ROOMS.some((room) => path.startsWith(room)));
    expect(files.length).toBeGreaterThan(500);
    const found = files.flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, index) => (words.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });
});
