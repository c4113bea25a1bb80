import { collectionOf, type Kind } from './event-file.ts';

/**
 * The text of the test of what eventFile() writes.
 * @param folder of event files, from the project; the test lies in the same one of test/
 */
export const testFile = (type: string, kind: Kind, folder: string): string => {
  const test = '../'.repeat(folder.split('/').length);
  return `import { expect, test } from 'vitest';
import definition from '${test}../${folder}/${type}.ts';
import { handlerWorld } from '${test}support/run-handler.ts';
import { schemaCases } from '${test}support/schema-cases.ts';

schemaCases(definition, {
  accepted: [['a note of any script', { note: '李小龙 🐉' }]],
  refused: [
    ['no id', { id: undefined }],
    ['an id that is no UUID', { id: '17' }],
    ['an empty note', { note: '' }],
    ['a note without end', { note: 'a'.repeat(501) }],
  ],
});

const collection = '${collectionOf(type)}';
const openTenant = handlerWorld([definition]);
const { example } = definition;
const { id } = example;

${tests[kind]}`;
};

const tests: Readonly<Record<Kind, string>> = {
  plain: `test('the document is kept, and its id is the result', async () => {
  const tenant = openTenant();
  const handled = await tenant.handle(definition, example, { recordedtime: '2026-11-23T12:00:00.000Z' });
  expect(handled).toEqual({ outcome: 'succeeded', result: { id }, projected: [] });
  expect(await tenant.find(collection)).toEqual([{ ...example, at: new Date('2026-11-23T12:00:00Z') }]);
});

test('an id that is taken is rejected, and nothing changes', async () => {
  const tenant = openTenant();
  await tenant.handle(definition, example);
  const handled = await tenant.handle(definition, { ...example, note: 'another' });
  expect(handled).toEqual({ outcome: 'rejected', reason: 'id-taken' });
  expect(await tenant.find(collection)).toMatchObject([example]);
});
`,
  ordered: `test('the notes of one id are kept in order', async () => {
  const tenant = openTenant();
  for (const note of ['first', 'second', 'third'])
    expect(await tenant.handle(definition, { id, note })).toMatchObject({ outcome: 'succeeded', result: { id } });
  expect(await tenant.find(collection)).toEqual([{ id, notes: ['first', 'second', 'third'] }]);
});
`,
  batch: `test('events are counted by id, however they come in batches', async () => {
  const tenant = openTenant();
  const other = '7d9f2c1e-64b3-4c8a-8f15-2e0b9a7c4d33';
  const event = (of: string) => ({ data: { ...example, id: of } });
  const handled = await tenant.handleBatch(definition, [event(id), event(other), event(id)]);
  expect(handled).toMatchObject([{ result: { id } }, { result: { id: other } }, { result: { id } }]);
  await tenant.handleBatch(definition, [event(id)]);
  expect(await tenant.find(collection, 'id')).toEqual([
    { id, count: 3 },
    { id: other, count: 1 },
  ]);
});
`,
};
