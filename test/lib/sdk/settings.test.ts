import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { BatchContext } from '../../../lib/sdk/context.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { DefinitionError } from '../../../lib/sdk/errors.ts';
import { plainNames, secret, secretNames } from '../../../lib/sdk/settings.ts';
import { definitionOf } from '../../support/definitions.ts';

const file = 'functions/events/parcel.sent.ts: ';
/** What JavaScript, or a cast, could put into an event file. */
const define = (change: Record<string, unknown>) =>
  (defineEvent as unknown as (file: Record<string, unknown>) => unknown)({ ...definitionOf('parcel.sent'), ...change });
const refusal = (change: Record<string, unknown>): string => {
  try {
    define(change);
  } catch (error) {
    expect(error).toBeInstanceOf(DefinitionError);
    return String(error);
  }
  throw new Error('it was not refused');
};

describe('settings', () => {
  test.each<[string, z.ZodType]>([
    ['text', z.string()],
    ['a URL', z.url()],
    ['one of several words', z.enum(['on', 'off'])],
    ['a yes or no', z.stringbool()],
    ['a number made of text', z.coerce.number()],
    ['a number made of text by hand', z.string().transform(Number).pipe(z.number().min(3))],
    ['a list made of text', z.preprocess((text) => String(text).split(','), z.array(z.string()))],
    ['text that may be missing', z.string().optional()],
    ['text with a default', z.string().default('a')],
    ['text or a number', z.union([z.number(), z.string()])],
    ['text that a function checks', z.string().refine((text) => text !== 'b')],
  ])('may be %s', (_, schema) => {
    expect(() => define({ env: { PARTNER_URL: schema, PARTNER_KEY: secret(schema) } })).not.toThrow();
  });

  test('are known apart from secrets', () => {
    const { env } = defineEvent({
      ...definitionOf('parcel.sent'),
      env: { PARTNER_KEY: secret(), PARTNER_URL: z.url() },
    });
    expect([plainNames(env), secretNames(env)]).toEqual([['PARTNER_URL'], ['PARTNER_KEY']]);
    expect(defineEvent(definitionOf('parcel.sent')).env).toEqual({});
  });

  test.each<[string, z.ZodType]>([
    ['a number', z.number()],
    ['an object', z.object({})],
    ['a list', z.array(z.string())],
    ['a number that may be missing', z.number().optional()],
    ['a literal number', z.literal(1)],
    ['two kinds, neither text', z.union([z.number(), z.boolean()])],
  ])('may not be %s', (_, schema) => {
    const message = `${file}env.PARTNER_URL must be a schema of text, e.g. z.url()`;
    expect(refusal({ env: { PARTNER_URL: schema } })).toContain(message);
    expect(refusal({ env: { PARTNER_URL: secret(schema) } })).toContain(message);
  });

  const later = async () => true;
  test.each<[string, z.ZodType]>([
    ['a rule', z.string().refine(later)],
    ['a rule after a form', z.url().refine(later)],
    ['a rule of many', z.string().superRefine(async () => {})],
    ['a rule that gives a promise', z.string().refine(() => Promise.resolve(true))],
    ['a change', z.string().transform(later)],
    ['a change after a form', z.url().transform(later)],
    ['a rule within what may be missing', z.url().transform(later).optional()],
  ])('may not be checked asynchronously: %s', (_, schema) => {
    expect(refusal({ env: { PARTNER_URL: schema } })).toContain(
      `${file}env.PARTNER_URL cannot be checked synchronously`,
    );
  });

  test.each([
    ['partnerUrl', 'must be [A-Z][A-Z0-9_]{0,63}'],
    ['_PARTNER', 'must be [A-Z][A-Z0-9_]{0,63}'],
    ['AWS_REGION', 'is a name of Lambda, of Node or of Sluice'],
    ['NODE_OPTIONS', 'is a name of Lambda, of Node or of Sluice'],
    ['LAMBDA_TASK_ROOT', 'is a name of Lambda, of Node or of Sluice'],
    ['SLUICE_EVENTS', 'is a name of Lambda, of Node or of Sluice'],
    ['PATH', 'is a name of Lambda, of Node or of Sluice'],
  ])('may not be named %s', (name, what) => {
    expect(refusal({ env: { [name]: z.string() } })).toContain(`${file}env.${name} ${what}`);
  });

  test('need a schema, and are bounded', () => {
    expect(refusal({ env: { PARTNER_URL: 'https://a.example' } })).toContain(`${file}env.PARTNER_URL must be a zod`);
    const many = Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`NAME_${n}`, z.string()]));
    expect(refusal({ env: many })).toContain(`${file}env may have 40 names at most`);
  });

  test('have the types of their schemas in context.env', () => {
    const base = definitionOf('parcel.sent');
    const definition = defineEvent({
      ...base,
      env: { PARTNER_KEY: secret(), PARTNER_PORT: secret(z.coerce.number<string>()), PARTNER_URL: z.url().optional() },
      async handle(_, { env }) {
        env.PARTNER_KEY satisfies string;
        env.PARTNER_PORT satisfies number;
        env.PARTNER_URL satisfies string | undefined;
        return () => {
          // @ts-expect-error a name that is not declared
          env.PARTNER_NAME;
          // @ts-expect-error it may be missing
          env.PARTNER_URL satisfies string;
          // @ts-expect-error it cannot be changed
          env.PARTNER_KEY = 'b';
        };
      },
    });
    const { handle: _, ...rest } = base;
    defineEvent({
      ...rest,
      env: { PARTNER_KEY: secret() },
      async handleBatch(_, context) {
        context satisfies BatchContext<never, never, { readonly PARTNER_KEY: string }>;
        context.env.PARTNER_KEY satisfies string;
        return undefined;
      },
    });
    defineEvent({
      ...rest,
      async handle(_, { env }) {
        // @ts-expect-error none is declared
        return env.PARTNER_KEY;
      },
    });
    const numbers = () =>
      defineEvent({
        ...rest,
        // @ts-expect-error a schema that takes no text
        env: { PARTNER_PORT: z.number() },
        async handle() {},
      });
    expect(numbers).toThrow('env.PARTNER_PORT must be a schema of text');
    expect(Object.keys(definition.env)).toEqual(['PARTNER_KEY', 'PARTNER_PORT', 'PARTNER_URL']);
  });
});

describe('permissions', () => {
  const actions = ['s3:GetObject'];
  const resources = ['arn:aws:s3:::invoices/*'];

  test.each([
    ['part of a bucket', { actions, resources }],
    ['a table', { actions: ['dynamodb:GetItem'], resources: ['arn:aws:dynamodb:eu-central-1:123456789012:table/a'] }],
    ['a partition of its own', { actions, resources: ['arn:aws-us-gov:s3:::invoices/2026-*'] }],
  ])('may be %s', (_, permission) => {
    expect(define({ permissions: [permission] })).toMatchObject({ permissions: [permission] });
  });

  test.each<[string, unknown, string]>([
    ['every action', { actions: ['*'], resources }, '0.actions.0 must name one action: no wildcard'],
    ['every action of a service', { actions: ['s3:*'], resources }, '0.actions.0 must name one action: no wildcard'],
    ['actions that begin alike', { actions: ['s3:Get*'], resources }, '0.actions.0 must name one action'],
    ['a letter left open', { actions: ['s3:GetObjec?'], resources }, '0.actions.0 must name one action'],
    ['an action without a service', { actions: ['GetObject'], resources }, '0.actions.0 must be <service>:<Action>'],
    ['no action', { actions: [], resources }, '0.actions must not be empty'],
    ['no resource', { actions, resources: [] }, '0.resources must not be empty'],
    ['every resource', { actions, resources: ['*'] }, '0.resources.0 must name resources: * is everything'],
    ['every resource of a service', { actions, resources: ['arn:aws:s3:::*'] }, '0.resources.0 must be an ARN'],
    ['every service', { actions, resources: ['arn:aws:*:*:*:*'] }, '0.resources.0 must be an ARN'],
    ['what is no ARN', { actions, resources: ['invoices'] }, '0.resources.0 must be an ARN'],
    ['another effect', { actions, resources, effect: 'Deny' }, '0.effect is not an option; known: actions, resources'],
  ])('may not be %s', (_, permission, message) => {
    expect(refusal({ permissions: [permission] })).toContain(`${file}permissions.${message}`);
  });

  test('are known to the compiler', () => {
    const unknown = () =>
      defineEvent({
        ...definitionOf('parcel.sent'),
        // @ts-expect-error an option that permissions do not have
        permissions: [{ actions, resources, condition: {} }],
      });
    expect(unknown).toThrow('permissions.0.condition is not an option');
  });
});
