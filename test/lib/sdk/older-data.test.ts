import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { MASK, masked } from '../../../lib/core/masking.ts';
import { readData } from '../../../lib/core/read-data.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { DefinitionError } from '../../../lib/sdk/errors.ts';
import { type OlderData, olderData } from '../../../lib/sdk/older-data.ts';
import { changed, named } from '../../support/changed-event.ts';
import { definitionOf } from '../../support/definitions.ts';

const data = z.strictObject({ first: z.string() });
const example = { name: 'Ada Lovelace' };
const withForm = (...upcast: OlderData<{ first: string }>[]) =>
  defineEvent({ ...definitionOf('parcel.sent'), data, example: { first: 'Ada' }, upcast });
const first = ({ name }: z.output<typeof named>) => ({ first: name });

describe('an older form of data', () => {
  test('is read as what it becomes, the first that takes it', () => {
    expect(readData(changed, { name: 'Ada Lovelace' })).toMatchObject({ data: { first: 'Ada', last: 'Lovelace' } });
    expect(readData(changed, { no: 7, pin: 'p' })).toMatchObject({ data: { first: 'No 7', last: 'unknown' } });
  });

  test('is asked for only where data does not fit as it is', () => {
    const now = { first: 'a', last: 'b' };
    expect(readData(changed, now)).toMatchObject({ success: true, data: now });
    const { error } = readData(changed, { first: 'a' });
    expect(error?.issues).toMatchObject([{ path: ['last'] }]);
  });

  test('gets a copy, so that what was sent stays as it was', () => {
    const sent = { name: 'Ada' };
    const form = olderData({
      data: z.custom<{ name: string }>((value) => typeof value === 'object' && value !== null && 'name' in value),
      example,
      to(older) {
        older.name = 'changed';
        return { first: older.name };
      },
    });
    expect(readData(withForm(form), sent)).toMatchObject({ data: { first: 'changed' } });
    expect(sent).toEqual({ name: 'Ada' });
  });

  test('is typed: by its own schema what comes in, by that of now what goes out', () => {
    // @ts-expect-error a field that the older form has not
    const strange = () => olderData({ data: named, example, to: ({ title }) => ({ first: title }) });
    const other = olderData({ data: named, example, to: ({ name }) => ({ last: name }) });
    // @ts-expect-error a field that data has not now
    expect(() => withForm(other)).toThrow(DefinitionError);
    expect(strange).toBeTypeOf('function');
  });

  test.each<[string, OlderData<{ first: string }>, string]>([
    [
      'whose example is none of its own',
      { data: named, example: { title: 'a' }, to: () => ({ first: 'a' }) },
      'has an example that its own data does not take',
    ],
    [
      'whose example needs nothing',
      olderData({ data, example: { first: 'a' }, to: (older) => older }),
      'has an example that data takes as it is, so that nothing would become of it',
    ],
    [
      'that becomes what does not fit',
      // What a cast would hide is found when the file is loaded.
      olderData({ data: named, example, to: (older) => JSON.parse(JSON.stringify(older)) }),
      'makes of its example what data does not take',
    ],
    [
      'that throws',
      olderData({
        data: named,
        example,
        to: () => {
          throw new TypeError('no');
        },
      }),
      'throws for its example: no',
    ],
    [
      'that has to wait',
      olderData({ data: named.refine(async () => true), example, to: first }),
      'cannot be checked synchronously: nothing in its data may be async',
    ],
  ])('%s is refused, naming the file', (_, form, fault) => {
    expect(() => withForm(olderData({ data: named, example, to: first }), form)).toThrow(
      new DefinitionError(`functions/events/parcel.sent.ts: upcast.1 ${fault}`),
    );
  });

  test('is made by olderData', () => {
    // @ts-expect-error a function alone says nothing of what it takes
    expect(() => withForm(first)).toThrow('upcast.0 must be olderData({ data, example, to })');
  });

  test('keeps what was sensitive in it', () => {
    expect(masked(changed.sensitive, { no: 7, pin: 'p' })).toEqual({ no: 7, pin: MASK });
    expect(masked(changed.sensitive, { first: 'a', last: 'b' })).toEqual({ first: 'a', last: 'b' });
  });
});
