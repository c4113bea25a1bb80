import {
  attributeForms,
  EXTENSION_NAME,
  extensionForm,
  LEAST_INTEGER,
  MAX_EXTENSIONS,
  MOST_INTEGER,
  type TextForm,
} from '../core/attribute-forms.ts';
import { mediaTypePattern } from '../core/media-type.ts';
import { isTimestamp } from '../core/rfc3339.ts';
import type { AttributeName, KnownExtension, SentEvent } from '../core/sent-event.ts';
import { isText } from '../core/text-characters.ts';
import { isUri, isUriReference } from '../core/uri.ts';
import type { Scalar } from '../sdk/event.ts';

/** What an attribute must be; each rule returns what is wrong, or undefined. */
type Rule = (value: unknown) => string | undefined;

const mediaType = new RegExp(`^${mediaTypePattern}$`);
const formats = {
  'date-time': { test: isTimestamp, fault: 'must be a timestamp of RFC 3339' },
  uri: { test: isUri, fault: 'must be a URI (RFC 3986)' },
  'uri-reference': { test: isUriReference, fault: 'must be a URI reference (RFC 3986)' },
  'media-type': { test: (text: string) => mediaType.test(text), fault: 'must be a media type' },
} as const;

const ruleOfForm =
  ({ minLength = 0, maxLength = Number.POSITIVE_INFINITY, format, not = [] }: TextForm): Rule =>
  (value) => {
    if (typeof value !== 'string') return 'must be a string';
    // Length first: what is too long is not looked at any further.
    if (value.length > maxLength) return `must have at most ${maxLength} characters`;
    if (!isText(value)) return 'holds a control character or a non-character';
    if (value.length < minLength) return 'must not be empty';
    if (not.includes(value)) return `must not be ${not.map((one) => JSON.stringify(one)).join(' or ')}`;
    return format && !formats[format].test(value) ? formats[format].fault : undefined;
  };

/** The rule of an `id`, wherever it comes from. */
export const idRule: Rule = ruleOfForm(attributeForms.id);

const integer = (value: number): boolean => Number.isInteger(value) && value >= LEAST_INTEGER && value <= MOST_INTEGER;

const shortText = ruleOfForm(extensionForm);
const extension: Rule = (value) => {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return integer(value) ? undefined : 'must be a whole number of 32 bits, or a string';
  return typeof value === 'string' ? shortText(value) : 'must be a string, a boolean or a whole number of 32 bits';
};
const extensionName = new RegExp(`^${EXTENSION_NAME}$`);

const { partitionkey, expirytime, ...ofCore } = attributeForms;
const rulesOf = <Name extends string>(forms: Readonly<Record<Name, TextForm>>): ReadonlyMap<string, Rule> =>
  new Map(Object.entries<TextForm>(forms).map(([name, form]) => [name, ruleOfForm(form)]));
const core = rulesOf(ofCore);
/** Extensions whose own documents say what they must be (cloudevents/spec, extensions). */
const wellKnown = rulesOf<KnownExtension>({ partitionkey, expirytime });
const specversion: Rule = (value) => (value === '1.0' ? undefined : 'must be "1.0"');

const isCore = (name: string): name is AttributeName => name === 'specversion' || core.has(name);

export interface AttributeFault {
  name: string;
  fault: string;
}

/**
 * Reads the members of an event: CloudEvents attributes, null meaning absent.
 * @param required names that must be there
 * @returns the event, or what is wrong with it
 */
export function readAttributes(
  members: object,
  required: readonly AttributeName[],
): { event: SentEvent } | { faults: AttributeFault[] } {
  const faults: AttributeFault[] = [];
  const attributes: Partial<Record<AttributeName, string>> = {};
  const extensions: Record<string, Scalar> = {};
  let data: unknown;
  let binaryData = false;
  for (const [name, value] of Object.entries(members)) {
    if (value === null || value === undefined) continue;
    if (name === 'data') data = value;
    else if (name === 'data_base64') binaryData = true;
    else {
      const fault = ruleOf(name)(value);
      if (fault !== undefined) faults.push({ name, fault });
      else if (isCore(name)) attributes[name] = String(value);
      else extensions[name] = value;
    }
  }
  for (const name of required) {
    if (attributes[name] === undefined && !faults.some((one) => one.name === name)) {
      faults.push({ name, fault: 'is missing' });
    }
  }
  const [excess] = Object.keys(extensions).slice(MAX_EXTENSIONS);
  if (excess !== undefined)
    faults.push({ name: excess, fault: `is beyond the ${MAX_EXTENSIONS} extension attributes of an event` });
  if (faults.length > 0) return { faults };
  const { type = '', specversion: _, ...rest } = attributes;
  return { event: { ...rest, type, extensions, data, binaryData } };
}

function ruleOf(name: string): Rule {
  if (name === 'specversion') return specversion;
  const known = core.get(name) ?? wellKnown.get(name);
  if (known) return known;
  return extensionName.test(name)
    ? extension
    : () => 'is no name of an attribute: 1 to 64 lower-case letters and digits';
}
