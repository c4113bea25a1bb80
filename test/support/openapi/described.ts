import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsPlugin from 'ajv-formats';
import { expect } from 'vitest';
import type { Answered } from '../api-gateway.ts';
import type { Operation } from './requests.ts';
import type { Schema } from './valid-value.ts';

/** openapi.json as its readers have it. */
export interface Document {
  paths: Record<string, Record<string, Omit<Operation, 'path' | 'method'> & { parameters?: Operation['parameters'] }>>;
  components: { schemas: Record<string, Schema> };
}

/** Of every answer of the service (docs/http.md section 1), and of those that may be kept. */
const everywhere = new Set(['content-type', 'cache-control', 'x-content-type-options', 'vary']);

/** What a document says of values and of answers. */
export function describedIn(document: Document) {
  const ajv = new Ajv2020({ strict: false });
  formatsPlugin.default(ajv);
  // Its pattern says it; this format wants more than a scheme, which RFC 3986 does not.
  ajv.addFormat('uri', true);
  ajv.addSchema({ ...document, $id: 'openapi:document' });
  const located = (schema: Schema): Schema =>
    JSON.parse(JSON.stringify(schema), (key, value) => (key === '$ref' ? `openapi:document${value}` : value));
  const compiled = new Map<Schema, ReturnType<typeof ajv.compile>>();
  const validatorOf = (schema: Schema) => {
    const validator = compiled.get(schema) ?? ajv.compile(located(schema));
    compiled.set(schema, validator);
    return validator;
  };
  return {
    allows: (schema: Schema, value: unknown): boolean => validatorOf(schema)(value) === true,
    /** Whether the document knows this answer: its status, its media type, its form, its headers. */
    expectDescribed: ({ responses }: Pick<Operation, 'responses'>, { status, headers, body }: Answered): void => {
      const response = responses[status];
      expect(Object.keys(responses)).toContain(String(status));
      const content = response?.content?.[headers['content-type'] ?? ''];
      if (!content) throw new Error(`${status} is described without ${headers['content-type']}`);
      const validate = validatorOf(content.schema);
      expect(validate(body), JSON.stringify([validate.errors?.slice(0, 3), body])).toBe(true);
      const said = Object.keys(response?.headers ?? {}).map((name) => name.toLowerCase());
      expect(said).toEqual(expect.arrayContaining(Object.keys(headers).filter((name) => !everywhere.has(name))));
    },
  };
}
