import type { Schema } from './embed.ts';

/** A named schema of the document. */
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
/** One of several; nothing at all where there is none to choose from, which JSON Schema has no empty list for. */
export const oneOf = (schemas: readonly Schema[]): Schema => (schemas.length === 0 ? NOTHING : { oneOf: schemas });
/** As oneOf, where several may hold. */
export const anyOf = (schemas: readonly Schema[]): Schema => (schemas.length === 0 ? NOTHING : { anyOf: schemas });
const NOTHING: Schema = { not: {} };
/** Of whom an item is, in a list of all tenants. */
export const whose: Schema = { type: ['string', 'null'], description: 'With `tenant=*`; null: no tenant’s' };
export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
/** An object and which of its members are always there. */
export const object = (properties: Record<string, Schema>, required: readonly string[], rest: Schema = {}): Schema => ({
  type: 'object',
  properties,
  required,
  ...rest,
});
export const text = { type: 'string' } as const;
export const time = { type: 'string', format: 'date-time' } as const;
export const count = { type: 'integer', minimum: 0 } as const;
export const uri = { type: 'string', format: 'uri-reference' } as const;
export const self = object({ self: uri }, ['self']);
/** A text in which something stands (lib/http/members.ts). */
export const filledText = (maxLength: number): Schema => ({ type: 'string', minLength: 1, maxLength, pattern: '\\S' });
/** A page of named items. */
export const page = (items: string): Schema =>
  object({ items: { type: 'array', items: ref(items) }, next: { type: ['string', 'null'] } }, ['items', 'next']);
