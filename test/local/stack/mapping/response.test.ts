import { expect, test } from 'vitest';
import { failedRecords } from '../../../../local/stack/mapping/response.ts';

const none: string[] = [];
const all = ['a', 'b', 'c'];

test.each<[string, unknown, string[]]>([
  ['null is success', null, none],
  ['nothing is success', undefined, none],
  ['an empty answer is success', {}, none],
  ['an empty list is success', { batchItemFailures: [] }, none],
  ['a null list is success', { batchItemFailures: null }, none],
  ['one id fails that record', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
  ['an id named twice fails once', { batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'b' }] }, ['b']],
  ['all ids fail all', { batchItemFailures: all.map((itemIdentifier) => ({ itemIdentifier })) }, all],
  ['an empty id fails the batch', { batchItemFailures: [{ itemIdentifier: '' }] }, all],
  ['a null id fails the batch', { batchItemFailures: [{ itemIdentifier: null }] }, all],
  ['a misspelt key fails the batch', { batchItemFailures: [{ itemIdentifer: 'b' }] }, all],
  ['an unknown id fails the batch', { batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'x' }] }, all],
  ['an id that is a number fails the batch', { batchItemFailures: [{ itemIdentifier: 1 }] }, all],
  ['an entry that is a string fails the batch', { batchItemFailures: ['b'] }, all],
  ['a list that is none fails the batch', { batchItemFailures: 'b' }, all],
  ['an answer that is a string fails the batch', 'ok', all],
])('%s', (_, answer, failed) => {
  expect([...failedRecords(all, answer)].toSorted()).toEqual(failed);
});
