import * as z from 'zod';
import { isAsync } from './sync-schema.ts';
import { wrappedSchemas } from './wrapped-schemas.ts';

/** Values of settings as a handler sees them, by name. */
export type Env = Readonly<Record<string, unknown>>;

/** A setting whose value is kept in a store of secrets, and in no template and no environment. */
export class Secret<Schema extends z.ZodType = z.ZodType> {
  /** What its text must be, and becomes. */
  readonly schema: Schema;
  constructor(schema: Schema) {
    this.schema = schema;
  }
}

/** A setting: the schema of its text, by itself where everybody may see the value. */
export type SettingDeclaration = z.ZodType | Secret;

/** Declares a setting that is secret. */
export function secret(): Secret<z.ZodString>;
/** @param schema of its text, as of any other setting */
export function secret<Schema extends z.ZodType>(schema: Schema): Secret<Schema>;
export function secret(schema: z.ZodType = z.string()): Secret {
  return new Secret(schema);
}

type SchemaOf<Declared> = Declared extends Secret<infer Schema> ? Schema : Declared;

/** What the settings of a declaration become in `context.env`. */
export type EnvOf<Declared> = { readonly [Name in keyof Declared]: z.output<SchemaOf<Declared[Name]>> };

/** Makes a schema that takes no text a compile error: there is nothing else in an environment. */
export type FromText<Declared> = {
  [Name in keyof Declared]: unknown extends z.input<SchemaOf<Declared[Name]>>
    ? Declared[Name]
    : [Extract<z.input<SchemaOf<Declared[Name]>>, string>] extends [never]
      ? never
      : Declared[Name];
};

export const schemaOf = (declared: SettingDeclaration): z.ZodType =>
  declared instanceof Secret ? declared.schema : declared;

/** The names of an event type's settings, without its secrets. */
export const plainNames = (env: Readonly<Record<string, SettingDeclaration>>): string[] =>
  Object.keys(env).filter((name) => !(env[name] instanceof Secret));

/** The names of an event type's secrets. */
export const secretNames = (env: Readonly<Record<string, SettingDeclaration>>): string[] =>
  Object.keys(env).filter((name) => env[name] instanceof Secret);

/** Variables with these names mean something to Lambda, to Node or to Sluice; its own are in lib/core/config.ts. */
const TAKEN = /^(AWS|NODE|LAMBDA|SLUICE|POWERTOOLS)_|^(PATH|LD_LIBRARY_PATH|LANG|TZ)$/;
/** 4 KB are the most that Lambda takes for all variables of a function. */
const MOST = 40;

const name = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be [A-Z][A-Z0-9_]{0,63}')
  .refine((word) => !TAKEN.test(word), 'is a name of Lambda, of Node or of Sluice');

const declaration = z
  .custom<SettingDeclaration>(
    (value) => value instanceof z.ZodType || (value instanceof Secret && value.schema instanceof z.ZodType),
    { error: 'must be a zod schema or secret()', abort: true },
  )
  .refine((value) => takesText(schemaOf(value)), { error: 'must be a schema of text, e.g. z.url()', abort: true })
  .refine((value) => !isAsync(schemaOf(value), 'text'), 'cannot be checked synchronously: nothing in it may be async');

/** The settings of an event file. */
export const settingOptions = z
  .record(name, declaration)
  .refine((env) => Object.keys(env).length <= MOST, `may have ${MOST} names at most`);

/** Whether some text may be valid: the kind of schema at the beginning says so, and nothing of it is run. */
function takesText(schema: z.core.$ZodType): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'string':
    case 'template_literal':
    case 'any':
    case 'unknown':
    case 'custom':
    case 'transform':
      return true;
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'date':
      return def.coerce === true;
    case 'enum':
    case 'literal':
      return [...(schema._zod.values ?? [])].some((value) => typeof value === 'string');
    case 'union':
      return wrappedSchemas(schema).some(takesText);
    default: {
      const inner = wrappedSchemas(schema);
      return inner.length > 0 && inner.every(takesText);
    }
  }
}
