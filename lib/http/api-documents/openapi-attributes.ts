import {
  attributeForms,
  EXTENSION_NAME,
  extensionForm,
  LEAST_INTEGER,
  MOST_INTEGER,
  type TextForm,
} from '../../core/attribute-forms.ts';
import { DATE_TIME } from '../../core/date-time-pattern.ts';
import { jsonMediaTypePattern } from '../../core/media-type.ts';
import { TEXT_CHARACTER } from '../../core/text-characters.ts';
import { uriPattern, uriReferencePattern } from '../../core/uri.ts';
import type { Schema } from './embed.ts';
import { orNull, ref } from './openapi-schema-parts.ts';

const patterns = {
  'date-time': DATE_TIME,
  uri: uriPattern,
  'uri-reference': uriReferencePattern,
  'media-type': `^${jsonMediaTypePattern}$`,
} as const;

/** As JSON Schema knows it: with a pattern, because few readers hold a text to its format. */
export function schemaOfForm({ minLength, maxLength, format, not = [] }: TextForm): Schema {
  return {
    type: 'string',
    ...(minLength !== undefined && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
    ...(format !== undefined && format !== 'media-type' && { format }),
    pattern: format ? patterns[format] : `^${TEXT_CHARACTER}*$`,
    ...(not.length > 0 && { not: { enum: not } }),
  };
}

const componentName = (name: string): string => `Attribute.${name}`;
const { type: _type, ...described } = attributeForms;

/** Of each attribute, by the name of its component. */
export const attributeSchemas: Readonly<Record<string, Schema>> = {
  ...Object.fromEntries(
    Object.entries<TextForm>(described).map(([name, form]) => [componentName(name), schemaOfForm(form)]),
  ),
  Extension: {
    description: 'An extension attribute, of which an event has 32 at most; null is absent',
    anyOf: [
      schemaOfForm(extensionForm),
      { type: 'boolean' },
      { type: 'integer', minimum: LEAST_INTEGER, maximum: MOST_INTEGER },
      { type: 'null' },
    ],
  },
};

/** Members of an event beside type and data. @param required those that must be there; elsewhere null means absent */
export const attributeProperties = (required: readonly string[]): Record<string, Schema> => ({
  specversion: required.includes('specversion') ? { const: '1.0' } : { enum: ['1.0', null] },
  ...Object.fromEntries(
    Object.keys(described).map((name) => {
      const schema = ref(componentName(name));
      return [name, required.includes(name) ? schema : orNull(schema)];
    }),
  ),
  data_base64: { type: 'null', description: 'Data that is not JSON is not taken' },
});

/** Any other member. */
export const extensions: Schema = {
  propertyNames: { pattern: `^(?:${EXTENSION_NAME}|data_base64)$` },
  additionalProperties: ref('Extension'),
};
