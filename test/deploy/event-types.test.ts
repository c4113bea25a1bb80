import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventTypes, loadEventFolder } from '../../deploy/event-types.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { definitionOf } from '../support/definitions.ts';

describe('the folder of event files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-events-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const put = (...names: string[]) => {
    for (const name of names) writeFileSync(join(folder, name), '');
  };

  it('gives its file names as types, sorted', () => {
    put('order.placed.ts', 'invoice.sent.ts');
    expect(eventTypes(folder)).toEqual(['invoice.sent', 'order.placed']);
  });

  it('refuses a file that is none of its kind, and names it', () => {
    put('order.placed.ts', 'README.md');
    expect(() => eventTypes(folder)).toThrow('functions/events/README.md: only event files');
  });

  it('may be empty, or not there, as Git leaves a folder without files: then there is no type', async () => {
    for (const none of [folder, join(folder, 'nowhere')]) {
      expect(eventTypes(none)).toEqual([]);
      expect(await loadEventFolder(none)).toMatchObject({ types: [], entries: [], collections: {}, projections: {} });
    }
  });

  it('refuses a file that is none of its kind among no event files too', () => {
    put('README.md');
    expect(() => eventTypes(folder)).toThrow('functions/events/README.md: only event files');
  });

  it('loads each definition through the one loader', async () => {
    put('order.placed.ts', 'invoice.sent.ts');
    const asked: string[] = [];
    const catalogue = await loadEventFolder(folder, async (type) => {
      asked.push(type);
      return { default: defineEvent(definitionOf(type)) };
    });
    expect(asked).toEqual(['invoice.sent', 'order.placed']);
    expect(catalogue.types).toEqual(['invoice.sent', 'order.placed']);
  });

  it('refuses an example that is no valid data, and says what is wrong with it', async () => {
    put('order.placed.ts');
    const wrong = { ...definitionOf('order.placed'), data: z.strictObject({ name: z.string().min(3) }) };
    const loading = loadEventFolder(folder, async () => ({ default: defineEvent(wrong) }));
    await expect(loading).rejects.toThrow(/^functions\/events\/order\.placed\.ts: example\.name .*3/);
  });

  it('of the project loads, and every example is valid data', async () => {
    const { entries } = await loadEventFolder();
    expect(entries.length).toBeGreaterThan(0);
    for (const { definition } of entries)
      expect(definition.data.safeParse(definition.example).error, definition.type).toBeUndefined();
  });
});
