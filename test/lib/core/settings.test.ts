import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { catalogueOf } from '../../../lib/core/catalogue.ts';
import { readSettings } from '../../../lib/core/config.ts';
import { checkSettings, settingsLine } from '../../../lib/core/settings.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { type SettingDeclaration, secret } from '../../../lib/sdk/settings.ts';
import { definitionOf } from '../../support/definitions.ts';

const VALUE = 'hunter2-correct-horse';
const check = (env: Record<string, SettingDeclaration>, given: Record<string, string> = {}) =>
  checkSettings(env, new Map(Object.entries(given)));

describe('the settings of an event type', () => {
  test('become what their schemas make of them, frozen', () => {
    const env = { KEY: secret(), PORT: z.coerce.number(), PLACE: z.string().default('here'), NOTE: z.url().optional() };
    const checked = check(env, { KEY: 'a', PORT: '80' });
    expect(checked).toEqual({ values: { KEY: 'a', PORT: 80, PLACE: 'here', NOTE: undefined } });
    expect(Object.isFrozen('values' in checked && checked.values)).toBe(true);
  });

  test('that are missing or do not fit are all told', () => {
    const env = { KEY: secret(), URL: z.url(), WORD: z.enum(['a', 'b']), LONG: secret(z.string().min(50)) };
    expect(check(env, { URL: VALUE, WORD: VALUE, LONG: VALUE })).toEqual({
      faults: [
        { name: 'KEY', fault: 'is missing' },
        { name: 'URL', fault: 'is of another form' },
        { name: 'WORD', fault: 'is none of the values that it may have' },
        { name: 'LONG', fault: 'is too short or too small' },
      ],
    });
  });

  test.each<[string, z.ZodType]>([
    ['the words of a rule', z.string().refine(() => false, { error: ({ input }) => `${input} is no good` })],
    ['an issue of its own', z.string().superRefine((text, { addIssue }) => addIssue(`${text} is no good`))],
    ['the names of its parts', z.preprocess((text) => ({ [String(text)]: 1 }), z.strictObject({}))],
    [
      'what it throws',
      z.string().transform((text) => {
        throw new Error(`${text} is no good`);
      }),
    ],
    // Nothing at the build could tell.
    ['a promise', z.string().transform((text) => (text === VALUE ? Promise.resolve(text) : text))],
  ])('never tell a value: %s', (_, schema) => {
    const checked = check({ KEY: secret(schema) }, { KEY: VALUE });
    expect(checked).toMatchObject({ faults: [{ name: 'KEY' }] });
    expect(settingsLine('file', 'faults' in checked ? checked.faults : [], () => 'mend it')).not.toContain(VALUE);
  });

  test('are told in one line with what to do', () => {
    const faults = [
      { name: 'KEY', fault: 'is missing' },
      { name: 'URL', fault: 'is of another form' },
    ];
    expect(settingsLine('functions/events/a.b.ts', faults, (names) => `set ${names.join(' and ')}`)).toBe(
      'functions/events/a.b.ts: KEY is missing, URL is of another form; set KEY and URL',
    );
  });

  test('are read of the environment, an empty one as if it were not there', () => {
    expect(readSettings(['A', 'B', 'C'], { A: '1', B: '', D: '2' })).toEqual(new Map([['A', '1']]));
  });

  test('may not be named like a variable of Sluice', () => {
    const named = defineEvent({ ...definitionOf('parcel.sent'), env: { MONGODB_URI: z.string() } });
    expect(() => catalogueOf([named])).toThrow(
      'functions/events/parcel.sent.ts: env.MONGODB_URI is a variable of Sluice itself',
    );
  });
});
