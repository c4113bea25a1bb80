import type { AttributeName, KnownExtension } from './sent-event.ts';

/** What a text of an event may be; what holds for every text is not repeated (lib/core/text-characters.ts). */
export interface TextForm {
  readonly minLength?: number;
  /** UTF-16 code units. */
  readonly maxLength?: number;
  readonly format?: 'date-time' | 'uri' | 'uri-reference' | 'media-type';
  /** Texts that it must not be. */
  readonly not?: readonly string[];
}

/** Of the value of an extension attribute. */
const EXTENSION_LENGTH = 1024;

/**
 * What a client may set beside the version (docs/http.md section 2): what is refused and what openapi.json says are both of this. The
 * bounds are the door's alone: what an earlier door let in is read and replayed whatever its length.
 */
export const attributeForms = {
  id: { minLength: 1, maxLength: 256, not: ['.', '..'] },
  source: { minLength: 1, maxLength: 512, format: 'uri-reference' },
  type: { minLength: 1 },
  subject: { minLength: 1, maxLength: 512 },
  time: { maxLength: 64, format: 'date-time' },
  datacontenttype: { minLength: 1, format: 'media-type' },
  dataschema: { minLength: 1, maxLength: 1024, format: 'uri' },
  partitionkey: { minLength: 1, maxLength: 512 },
  expirytime: { maxLength: EXTENSION_LENGTH, format: 'date-time' },
} as const satisfies Record<Exclude<AttributeName, 'specversion'> | KnownExtension, TextForm>;

/** Of any other attribute, where it is a text. */
export const extensionForm = { maxLength: EXTENSION_LENGTH } as const satisfies TextForm;
/** The name of one. */
export const EXTENSION_NAME = '[a-z0-9]{1,64}';
/** Of one event. */
export const MAX_EXTENSIONS = 32;
/** Where it is a number: 32 bits (CloudEvents 1.0 section "Type System"). */
export const [LEAST_INTEGER, MOST_INTEGER] = [-2_147_483_648, 2_147_483_647];
