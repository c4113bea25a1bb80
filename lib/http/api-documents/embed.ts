export type Schema = Readonly<Record<string, unknown>>;

/**
 * Puts a JSON Schema into a document: references to itself then lead to where it lies.
 * @param pointer JSON pointer of that place, beginning with `#/`
 */
export function embed(schema: Schema, pointer: string): Schema {
  const { $schema, ...rest } = schema;
  return JSON.parse(JSON.stringify(rest), (key, value) =>
    key === '$ref' && typeof value === 'string' && value.startsWith('#') ? pointer + value.slice(1) : value,
  );
}
