import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { eventFolder } from '../../../deploy/event-folder.ts';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { secret } from '../../../lib/sdk/settings.ts';
import { localSettings } from '../../../local/stack/settings.ts';
import { definitionOf } from '../../support/definitions.ts';
import { neutralFolder } from '../../support/neutral-events.ts';

const catalogue = catalogueOf([
  defineEvent({ ...definitionOf('parcel.sent'), env: { PARTNER_KEY: secret(), PARTNER_URL: z.url() } }),
  defineEvent({ ...definitionOf('parcel.paid'), env: { BANK_KEY: secret() } }),
  defineEvent(definitionOf('parcel.moved')),
]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-env-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const put = (file: string, ...lines: string[]) => writeFileSync(join(folder, file), lines.join('\n'));
const settings = (shell: Record<string, string> = {}, events = eventFolder(undefined, {})) =>
  localSettings(catalogue, events, folder, shell);

describe('settings on this machine', () => {
  test('come from .env, then .env.local, then the shell', () => {
    put('.env', '# of all', 'PARTNER_KEY=one', 'PARTNER_URL="https://one.example"', 'BANK_KEY=one');
    put('.env.local', 'PARTNER_KEY=two', 'BANK_KEY=two');
    expect(settings({ BANK_KEY: 'three', PARTNER_URL: '' })).toEqual({
      environments: {
        onParcelPaid: { BANK_KEY: 'three', SECRETS_IN: 'environment' },
        onParcelSent: { PARTNER_KEY: 'two', PARTNER_URL: 'https://one.example', SECRETS_IN: 'environment' },
      },
      lines: [],
    });
  });

  test('come from a file that begins with a byte order mark too', () => {
    put('.env', '\uFEFFBANK_KEY=one', 'PARTNER_KEY=two');
    put('.env.local', '\uFEFFPARTNER_URL=https://one.example');
    expect(settings()).toMatchObject({
      environments: {
        onParcelPaid: { BANK_KEY: 'one' },
        onParcelSent: { PARTNER_KEY: 'two', PARTNER_URL: 'https://one.example' },
      },
      lines: [],
    });
  });

  test('reach the functions of types that declare them, and nothing else does', () => {
    put('.env', 'PARTNER_KEY=one', 'SOMETHING=else', 'PATH=/nowhere');
    const { environments } = settings({ HOME: '/root', PARTNER_URL: 'https://a.example', BANK_KEY: 'a' });
    expect(Object.keys(environments)).toEqual(['onParcelPaid', 'onParcelSent']);
    expect(JSON.stringify(environments)).not.toMatch(/SOMETHING|PATH|HOME/);
    expect(environments.onParcelPaid).not.toHaveProperty('PARTNER_KEY');
  });

  test('that are missing or do not fit are told in one line for each event file, by name alone', () => {
    put('.env', 'PARTNER_URL=hunter2');
    expect(settings().lines).toEqual([
      'functions/events/parcel.paid.ts: BANK_KEY is missing; its events wait: set it in .env.local and start again',
      'functions/events/parcel.sent.ts: PARTNER_KEY is missing, PARTNER_URL is of another form; its events wait: set them in .env.local and start again',
    ]);
  });

  test('are told of the folder in which the event file lies', () => {
    expect(settings({}, neutralFolder()).lines[0]).toMatch(/^test\/support\/events\/parcel\.paid\.ts: /);
  });

  test('that lie in a file that cannot be read end the start with its name', () => {
    mkdirSync(join(folder, '.env.local'));
    expect(() => settings()).toThrow(`${join(folder, '.env.local')} cannot be read (EISDIR)`);
  });
});
