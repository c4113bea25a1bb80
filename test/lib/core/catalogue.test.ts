import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventFolder } from '../../../deploy/event-folder.ts';
import { eventTypes, loadEventFolder } from '../../../deploy/event-types.ts';
import { catalogueOf, loadCatalogue, loadDefinition } from '../../../lib/core/catalogue.ts';
import { defineCollection } from '../../../lib/sdk/define-collection.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../../lib/sdk/definition.ts';
import { DefinitionError } from '../../../lib/sdk/errors.ts';
import { definitionOf } from '../../support/definitions.ts';
import { neutralFolder } from '../../support/neutral-events.ts';

const define = (type: string, change: object = {}): EventDefinition =>
  defineEvent({ ...definitionOf(type), ...change });

describe('a catalogue', () => {
  test('holds its definitions by type, in alphabetical order', () => {
    const catalogue = catalogueOf([define('b.x'), define('a.x')]);
    expect(catalogue.types).toEqual(['a.x', 'b.x']);
    expect(catalogue.get('b.x')?.definition.type).toBe('b.x');
    expect(catalogue.get('c.x')).toBeUndefined();
    expect(catalogue.get('__proto__')).toBeUndefined();
  });

  test('merges equal declarations of two types, whatever the order of their words', () => {
    const catalogue = catalogueOf([
      define('a.x', { collections: { jobs: { unique: [['id']], indexes: [['at']] } } }),
      define('b.x', { collections: { jobs: { indexes: [['at']], unique: [['id']] }, parts: {} } }),
    ]);
    expect(catalogue.collections).toEqual({ jobs: { unique: [['id']], indexes: [['at']] }, parts: {} });
  });

  test.each([
    [
      'collection',
      { collections: { jobs: { unique: [['id']] } } },
      { collections: { jobs: { unique: [['at']] } } },
      'functions/events/b.x.ts: collections.jobs is declared otherwise in functions/events/a.x.ts',
    ],
    [
      'projection',
      { projections: { top: { kind: 'set' } } },
      { projections: { top: { kind: 'hash' } } },
      'functions/events/b.x.ts: projections.top is declared otherwise in functions/events/a.x.ts',
    ],
  ])('refuses unequal declarations of one %s, and names both files', (_, one, other, message) => {
    expect(() => catalogueOf([define('a.x', one), define('b.x', other)])).toThrow(message);
  });

  test('refuses two definitions of one type', () => {
    expect(() => catalogueOf([define('a.x'), define('a.x')])).toThrow('two definitions declare one type');
  });

  test('a schema hash changes with the schema, and with nothing else', () => {
    const hash = (change: object) => catalogueOf([define('a.x', change)]).get('a.x')?.schemaHash;
    expect(hash({})).toMatch(/^[0-9a-f]{16}$/);
    expect(hash({ summary: 'Other words', queue: { batchSize: 3 } })).toBe(hash({}));
    expect(hash({ data: z.strictObject({ name: z.string().max(9) }) })).not.toBe(hash({}));
  });

  test.each<[string, (made: () => string) => z.ZodType]>([
    ['a default', (made) => z.string().default(made)],
    ['a value that is checked in place of nothing', (made) => z.string().prefault(made)],
    ['a value in place of a wrong one', (made) => z.string().catch(made)],
    ['a default deep inside', (made) => z.array(z.strictObject({ at: z.string().default(made) }))],
  ])('entry 40: a schema with %s that is made anew each time is the same at each start', (_, of) => {
    let starts = 0;
    const at = () => {
      const made = `start ${starts++}`;
      return catalogueOf([define('a.x', { data: z.strictObject({ at: of(() => made) }) })]).get('a.x');
    };
    const [first, second] = [at(), at()];
    expect(first?.schemaHash).toBe(second?.schemaHash);
    expect(JSON.stringify(first?.jsonSchema)).not.toContain('start');
  });

  test('a schema that JSON Schema cannot express is refused, and the file named', () => {
    const entry = catalogueOf([define('a.x', { data: z.strictObject({ at: z.date() }) })]).get('a.x');
    expect(() => entry?.jsonSchema).toThrow(/functions\/events\/a\.x\.ts: data cannot be expressed in JSON Schema/);
  });
});

describe('loading an event file', () => {
  test('says which build it is, where it was bundled', async () => {
    const sluiceBuild = { hash: 'x', time: '2026-11-23T12:00:00.000Z' };
    const load = async (type: string) => ({ default: define(type), ...(type === 'a.x' && { sluiceBuild }) });
    const { entries } = await loadCatalogue(['b.x', 'a.x'], load);
    expect(entries.map(({ build }) => build)).toEqual([sluiceBuild, undefined]);
  });

  test.each([
    ['another type than its name says', { default: define('b.x') }, 'functions/events/a.x.ts declares type "b.x"'],
    ['no default export', {}, 'functions/events/a.x.ts must export a definition by default'],
    ['something else by default', { default: 'a.x' }, 'functions/events/a.x.ts must export a definition by default'],
    [
      'a plain object by default',
      { default: { ...definitionOf('a.x') } },
      'functions/events/a.x.ts must export a definition by default: export default defineEvent({ … })',
    ],
  ])('with %s is refused', async (_, file, message) => {
    const loading = loadDefinition('a.x', async () => file as { default: EventDefinition });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toBeInstanceOf(DefinitionError);
  });

  test('that cannot be loaded is refused with the reason', async () => {
    const loading = loadDefinition('a.x', async () => {
      throw new SyntaxError('Unexpected token');
    });
    await expect(loading).rejects.toThrow('functions/events/a.x.ts cannot be loaded: Unexpected token');
  });

  test('that is wrong is refused with its own message', async () => {
    const loading = loadDefinition('a.x', async () => ({ default: define('a.x', { queue: { batchSize: 0 } }) }));
    await expect(loading).rejects.toThrow('functions/events/a.x.ts: queue.batchSize must be 1 to 10000');
  });

  test('that imports a wrong declaration is refused by its own name, because the declaration has none', async () => {
    const loading = loadDefinition('a.x', async () => ({
      default: define('a.x', { collections: { jobs: defineCollection({ unique: [['no name']] }) } }),
    }));
    await expect(loading).rejects.toThrow('functions/events/a.x.ts: defineCollection: unique.0.0 must be a field name');
  });
});

describe.each([
  ['of this repository', eventFolder()],
  ['of its tests', neutralFolder()],
])('the event files %s', async (_, folder) => {
  const catalogue = await loadEventFolder(folder);

  test('go together', () => {
    expect(catalogue.types).toEqual(eventTypes(folder));
  });

  test('have each a valid example, a strict schema and a summary of one line', () => {
    for (const { definition, jsonSchema } of catalogue.entries) {
      expect(definition.data.safeParse(definition.example).error, definition.type).toBeUndefined();
      expect(jsonSchema.additionalProperties, definition.type).toBe(false);
      expect(definition.summary).not.toContain('\n');
    }
  });
});
