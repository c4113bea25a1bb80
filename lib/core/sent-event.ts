import type { Scalar } from '../sdk/event.ts';

/** The attributes that every CloudEvent may have (CloudEvents 1.0 section "Context Attributes"). */
export const attributeNames = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
] as const;
export type AttributeName = (typeof attributeNames)[number];

/** Extension attributes whose own documents say what they must be (cloudevents/spec, extensions). */
export const knownExtensions = ['partitionkey', 'expirytime'] as const;
export type KnownExtension = (typeof knownExtensions)[number];

/** An event as it was sent, before anything is filled in or checked against a schema. */
export interface SentEvent {
  id?: string;
  source?: string;
  type: string;
  subject?: string;
  time?: string;
  /** As sent, with parameters. */
  datacontenttype?: string;
  dataschema?: string;
  /** Extension attributes, with `partitionkey` and `expirytime` among them. */
  extensions: Readonly<Record<string, Scalar>>;
  /** Undefined when absent or null. */
  data: unknown;
  /** Whether the data came as `data_base64`. */
  binaryData: boolean;
}
