import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type EventFolder, eventFolder } from '../../deploy/event-folder.ts';
import { eventTypes, loadEventFolder } from '../../deploy/event-types.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { definitionOf } from '../support/definitions.ts';
import { neutralFolder } from '../support/neutral-events.ts';

describe('the folder of event files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-events-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const at = (path: string): EventFolder => ({
    name: 'functions/events',
    path,
    dist: { deployment: 'dist', start: 'dist-local' },
    shipped: true,
  });
  const put = (...names: string[]) => {
    for (const name of names) writeFileSync(join(folder, name), '');
  };

  it('gives its file names as types, sorted', () => {
    put('parcel.sent.ts', 'invoice.sent.ts');
    expect(eventTypes(at(folder))).toEqual(['invoice.sent', 'parcel.sent']);
  });

  it('passes over what editors and systems leave there, for moments or for good', () => {
    put(
      'parcel.sent.ts',
      '.parcel.sent.ts.swp',
      '4913',
      'parcel.sent.ts~',
      '.DS_Store',
      '.gitkeep',
      '._parcel.sent.ts',
    );
    symlinkSync('somebody@somewhere.1234', join(folder, '.#parcel.sent.ts'));
    expect(eventTypes(at(folder))).toEqual(['parcel.sent']);
  });

  it('refuses a file that is none of its kind, and names it', () => {
    put('parcel.sent.ts', 'README.md');
    expect(() => eventTypes(at(folder))).toThrow(
      'functions/events/README.md: only event files (<type>.ts) lie here; what they share lies in functions/common/',
    );
  });

  it('may be empty, or not there, as Git leaves a folder without files: then there is no type', async () => {
    for (const none of [folder, join(folder, 'nowhere')]) {
      expect(eventTypes(at(none))).toEqual([]);
      expect(await loadEventFolder(at(none))).toMatchObject({
        types: [],
        entries: [],
        collections: {},
        projections: {},
      });
    }
  });

  it('refuses a file that is none of its kind among no event files too', () => {
    put('README.md');
    expect(() => eventTypes(at(folder))).toThrow('functions/events/README.md: only event files');
  });

  it('loads each definition through the one loader', async () => {
    put('parcel.sent.ts', 'invoice.sent.ts');
    const asked: string[] = [];
    const catalogue = await loadEventFolder(at(folder), async (type) => {
      asked.push(type);
      return { default: defineEvent(definitionOf(type)) };
    });
    expect(asked).toEqual(['invoice.sent', 'parcel.sent']);
    expect(catalogue.types).toEqual(['invoice.sent', 'parcel.sent']);
  });

  it('refuses an example that is no valid data, and says what is wrong with it', async () => {
    put('parcel.sent.ts');
    const wrong = { ...definitionOf('parcel.sent'), data: z.strictObject({ name: z.string().min(3) }) };
    const loading = loadEventFolder(at(folder), async () => ({ default: defineEvent(wrong) }));
    await expect(loading).rejects.toThrow(/^functions\/events\/parcel\.sent\.ts: example\.name .*3/);
  });

  it.each([
    ['of the tests', neutralFolder()],
    ['of the project', eventFolder()],
  ])('%s loads, and every example is valid data', async (_, folder) => {
    const { entries } = await loadEventFolder(folder);
    expect(entries.map(({ definition }) => definition.type)).toEqual(eventTypes(folder));
    for (const { definition } of entries)
      expect(definition.data.safeParse(definition.example).error, definition.type).toBeUndefined();
  });
});
