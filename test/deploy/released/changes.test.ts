import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventFolder } from '../../../deploy/event-folder.ts';
import { loadEventFolder } from '../../../deploy/event-types.ts';
import { changesOf, checkChanges, stillMeant } from '../../../deploy/released/changes.ts';
import { EMPTY_LOCK, type Lock, type Meant, readLock, readMeant, releasedOf } from '../../../deploy/released/lock.ts';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { olderData } from '../../../lib/sdk/older-data.ts';
import { root } from '../../support/repository.ts';

const data = z.strictObject({ parcelId: z.string(), town: z.string(), note: z.string().optional() });
const example = { parcelId: 'p1', town: 'p1', note: 'n' };
type Data = z.output<typeof data>;
const handle = async () => undefined;
const sentBy = (schema: z.ZodType, sample: object = example) =>
  defineEvent({ type: 'parcel.sent', summary: 'Sent', data: schema, example: sample, handle });
const sent = sentBy(data);
const moved = (orderedBy?: (data: Data) => string) =>
  defineEvent({ type: 'parcel.moved', summary: 'Moved', data, example, handle, ...(orderedBy && { orderedBy }) });
const byId = ({ parcelId }: Data) => parcelId;
const before = catalogueOf([sent, moved(byId)]);
const lock: Lock = { format: 1, stages: { prod: releasedOf(before) } };
const check = (catalogue = before, meant: Meant = {}, held = lock) =>
  checkChanges(held, meant, catalogue, 'functions/events');
const { note: _, ...others } = data.shape;
const withoutNote = catalogueOf([sentBy(z.strictObject(others), { parcelId: 'p1', town: 'p1' }), moved(byId)]);

function faultOf(catalogue: typeof before): string | undefined {
  try {
    check(catalogue);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

describe('a pull request', () => {
  it('that removes a field from an event fails, and is told what to do', () => {
    expect(faultOf(withoutNote)).toBe(
      'functions/events/parcel.sent.ts: parcel.sent was released to prod; data.note was removed: events that were accepted would be refused when they run. Leave that as it was (what is new may be optional); or say in upcast of the file how data of before becomes what it is now (docs/handlers.md); or declare a new type for the new data (parcel.sent.v2) and keep parcel.sent until none of it waits; where none can run any more, from its queue or as a replay, say so: "parcel.sent": ["data"] in deploy/meant-changes.json',
    );
  });

  it('that says what becomes of the data of before passes, and the next one that says it no more fails', () => {
    const shorter = z.strictObject(others);
    const upcast = [olderData({ data, example, to: ({ note: _note, ...rest }) => rest })];
    const without = { parcelId: 'p1', town: 'p1' };
    const file = { type: 'parcel.sent', summary: 'Sent', data: shorter, example: without, handle } as const;
    const after = catalogueOf([defineEvent({ ...file, upcast }), moved(byId)]);
    expect(() => check(after)).not.toThrow();
    const held: Lock = { format: 1, stages: { prod: releasedOf(after) } };
    expect(() => check(after, {}, held)).not.toThrow();
    expect(() => check(catalogueOf([defineEvent(file), moved(byId)]), {}, held)).toThrow(
      'parcel.sent was released to prod; of an older form that upcast took, data.note was removed',
    );
    const narrow = [olderData({ data: data.required(), example, to: () => without })];
    expect(() => check(catalogueOf([defineEvent({ ...file, upcast: narrow }), moved(byId)]))).toThrow('data.note was');
  });

  it('that changes what an ordered type has keeps its order by what becomes of the example that was released', () => {
    const file = { type: 'parcel.moved', summary: 'Moved', handle } as const;
    const now = z.strictObject({ id: z.string() });
    const upcast = [olderData({ data, example, to: ({ parcelId }) => ({ id: parcelId }) })];
    const by = (orderedBy: (value: z.output<typeof now>) => string) =>
      catalogueOf([sent, defineEvent({ ...file, data: now, example: { id: 'p1' }, upcast, orderedBy })]);
    expect(() => check(by(({ id }) => id))).not.toThrow();
    expect(() => check(by(() => 'all'))).toThrow('it was ordered by /parcelId');
  });

  it('that takes an event file away, or renames it, fails', () => {
    expect(() => check(catalogueOf([sent]))).toThrow(
      /^functions\/events\/parcel\.moved\.ts: parcel\.moved was released to prod; it has no event file any more: nobody would read .* Put functions\/events\/parcel\.moved\.ts back; or, .*: "parcel\.moved": \["removed"\] in deploy\/meant-changes\.json$/,
    );
    const renamed = defineEvent({ type: 'parcel.shifted', summary: 'Moved', data, example, handle, orderedBy: byId });
    expect(() => check(catalogueOf([sent, renamed]))).toThrow('parcel.moved was released to prod; it has no event');
  });

  it.each<[string, ((data: Data) => string) | undefined, string]>([
    ['another key', ({ town }) => town, 'it was ordered by /parcelId ("p1" of its example) and is ordered by /town'],
    [
      'a key of more',
      ({ parcelId, town }) => (town ? parcelId + town : parcelId),
      'and is ordered by /parcelId and /town',
    ],
    ['no order', undefined, 'it was ordered by /parcelId ("p1" of its example) and is not ordered'],
  ])('that orders a type by %s fails', (_name, orderedBy, words) => {
    expect(() => check(catalogueOf([sent, moved(orderedBy)]))).toThrow(words);
    expect(() => check(catalogueOf([sent, moved(orderedBy)]))).toThrow('"parcel.moved": ["order"] in deploy/meant');
  });

  it('that orders a type which was not fails', () => {
    const held: Lock = { format: 1, stages: { prod: releasedOf(catalogueOf([moved()])) } };
    expect(() => check(catalogueOf([moved(byId)]), {}, held)).toThrow('it was not ordered and is ordered by /parcelId');
  });

  it('that adds a type or an optional field, or writes the same order otherwise, passes', () => {
    const wider = z.strictObject({ ...data.shape, more: z.string().default('none') });
    const added = defineEvent({ type: 'parcel.lost', summary: 'Lost', data, example, handle });
    const same = (parcel: Data) => `${parcel.parcelId}`;
    expect(() => check(catalogueOf([sentBy(wider), moved(same), added]))).not.toThrow();
  });

  it('names every change at once, each stage that has it', () => {
    const held: Lock = { format: 1, stages: { ...lock.stages, other: lock.stages.prod ?? {} } };
    expect(changesOf(held, catalogueOf([]))).toHaveLength(4);
    expect(() => check(catalogueOf([]), {}, held)).toThrow(
      /prod[^\n]*\n[^\n]*prod[^\n]*\n[^\n]*other[^\n]*\n[^\n]*other/,
    );
  });

  it('may do what it says by name, and nothing else', () => {
    expect(() => check(withoutNote, { 'parcel.sent': ['data'] })).not.toThrow();
    expect(() => check(withoutNote, { 'parcel.sent': ['removed'] })).toThrow('data.note was removed');
    expect(() => check(withoutNote, { 'parcel.moved': ['data'] })).toThrow('data.note was removed');
    expect(() => check(catalogueOf([sent]), { 'parcel.moved': ['removed'] })).not.toThrow();
  });

  it('does not say what it does not do: that would be a hole for the next one', () => {
    expect(() => check(before, { 'parcel.sent': ['data'] })).toThrow(
      'deploy/meant-changes.json: "parcel.sent": ["data"] is no change of what was released: take it out',
    );
    const odd: Meant = Object.fromEntries([['constructor', ['data' as const]]]);
    expect(() => check(before, odd)).toThrow('is no change of what was released');
  });

  it('of this repository breaks nothing that was released', async () => {
    const { name } = eventFolder();
    const catalogue = await loadEventFolder();
    expect(() => checkChanges(readLock(root), readMeant(root), catalogue, name)).not.toThrow();
  });
});

describe('what is meant', () => {
  it('stays so until no stage has it any more', () => {
    const meant: Meant = { 'parcel.sent': ['data'], 'parcel.moved': ['removed'] };
    const after = catalogueOf(withoutNote.entries.slice(1).map(({ definition }) => definition));
    const here: Lock = { format: 1, stages: { prod: releasedOf(after), other: lock.stages.prod ?? {} } };
    expect(stillMeant(meant, here, after)).toEqual(meant);
    expect(stillMeant(meant, { format: 1, stages: { prod: releasedOf(after) } }, after)).toEqual({});
  });

  it('is nothing where nothing was released', () => {
    expect(changesOf(EMPTY_LOCK, catalogueOf([]))).toEqual([]);
  });
});
