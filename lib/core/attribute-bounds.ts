/**
 * The most UTF-16 code units of what an event may be sent with (docs/http.md section 2). They are the door's alone: what an
 * earlier door let in is read and replayed whatever its length.
 */
export const attributeBounds = {
  id: 256,
  source: 512,
  subject: 512,
  partitionkey: 512,
  dataschema: 1024,
  time: 64,
} as const;

/** Of the value of an extension attribute. */
export const EXTENSION_LENGTH = 1024;
/** Extension attributes of one event. */
export const MAX_EXTENSIONS = 32;
