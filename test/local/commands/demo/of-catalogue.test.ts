import { expect, test } from 'vitest';
import { z } from 'zod';
import { catalogueOf } from '../../../../lib/core/catalogue.ts';
import { defineEvent } from '../../../../lib/sdk/define-event.ts';
import { freshData } from '../../../../local/commands/demo/fresh-data.ts';
import { journeysOf, refusedForms, undeclared } from '../../../../local/commands/demo/of-catalogue.ts';
import { plannedIn } from '../../../../local/commands/demo/plan.ts';

const plain = defineEvent({
  type: 'note.taken',
  summary: 'Somebody took a note',
  data: z.strictObject({ text: z.string() }),
  example: { text: 'milk' },
  handle: async () => undefined,
});

test('a type is sent with its example once, as it is, and again in every other mode', () => {
  const [journey] = journeysOf(catalogueOf([plain]));
  expect(journey?.map(({ mode }) => mode)).toEqual(['single', 'structured', 'binary', 'array', 'batch']);
  const events = plannedIn([journey ?? []]);
  expect(new Set(events.map(({ event }) => event.id)).size).toBe(1);
  expect(events[0]?.event).toMatchObject({ type: 'note.taken', data: { text: 'milk' } });
  expect(events.map(({ expect: { answer } }) => answer)).toEqual(['accepted', ...Array(4).fill('duplicate')]);
});

test('its invalid forms and a type that there is not are to be refused', () => {
  const fates = plannedIn(journeysOf(catalogueOf([plain])).slice(1)).map(({ event, expect: wanted }) => [
    event.type,
    'code' in wanted && wanted.code,
  ]);
  expect(fates).toEqual([
    ['note.taken', 'invalid-data'],
    ['note.taken', 'invalid-data'],
    ['note.taken', 'invalid-data'],
    ['note.take', 'unknown-type'],
  ]);
});

test('what a type takes all the same is no invalid form of it', () => {
  const lenient = { ...plain, data: z.strictObject({ text: z.coerce.string(), size: z.int().catch(1) }) };
  const [entry] = catalogueOf([lenient]).entries;
  const forms = entry ? refusedForms(entry, { text: 'milk', size: 2 }) : [];
  expect(forms.map(({ what }) => what)).toEqual(['without "text"', 'with "unexpected"']);
});

test('the type that there is not is none that is declared, also where none or its like is', () => {
  expect(undeclared(catalogueOf([]))).toBe('nothing.declare');
  expect(undeclared(catalogueOf([{ ...plain, type: 'a.b' }]))).toBe('a.bs');
  expect(
    undeclared(
      catalogueOf([
        { ...plain, type: 'a.bs' },
        { ...plain, type: 'a.b' },
      ]),
    ),
  ).toBe('a.bss');
});

test('data of another occurrence has other ids, the same for the same, and is valid', () => {
  const id = '0b6f1d5e-3c52-4f5e-9a67-5f0d3b1c8e21';
  const data = z.strictObject({ id: z.uuid(), of: z.array(z.string()), mail: z.email(), count: z.int() });
  const example = { id, of: [`order ${id}`], mail: 'ada@example.com', count: 3 };
  const fresh = data.parse(freshData({ data, example }));
  expect(fresh.id).not.toBe(id);
  expect(fresh.of).toEqual([`order ${fresh.id}`]);
  expect(fresh.mail).toMatch(/^demo\..+@example\.com$/);
  expect(fresh.count).toBe(3);
  expect(freshData({ data: z.literal(id), example: id })).toBe(id);
});
