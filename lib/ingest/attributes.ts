import { attributeBounds as bounds, EXTENSION_LENGTH, MAX_EXTENSIONS } from '../core/attribute-bounds.ts';
import { isTimestamp } from '../core/rfc3339.ts';
import type { AttributeName, KnownExtension, SentEvent } from '../core/sent-event.ts';
import type { Scalar } from '../sdk/event.ts';
import { isUri, isUriReference } from './uri.ts';

/** What an attribute must be; each rule returns what is wrong, or undefined. */
type Rule = (value: unknown) => string | undefined;

/** Characters that CloudEvents strings exclude (CloudEvents 1.0 section "Type System"); surrogates never pass the parser. */
const excluded = /[\p{Cc}\p{Noncharacter_Code_Point}]/u;

const text: Rule = (value) => {
  if (typeof value !== 'string') return 'must be a string';
  return excluded.test(value) ? 'holds a control character or a non-character' : undefined;
};
const filled: Rule = (value) => text(value) ?? (value === '' ? 'must not be empty' : undefined);

const atMost =
  (most: number, rule: Rule): Rule =>
  (value) =>
    // Length first: what is too long is not looked at any further.
    (typeof value === 'string' && value.length > most ? `must have at most ${most} characters` : undefined) ??
    rule(value);

const where =
  (test: (value: string) => boolean, fault: string, rule: Rule): Rule =>
  (value) =>
    rule(value) ?? (test(String(value)) ? undefined : fault);

const timestamp = where(isTimestamp, 'must be a timestamp of RFC 3339', text);

/** The rule of an `id`, wherever it comes from. */
export const idRule: Rule = where(
  (id) => id !== '.' && id !== '..',
  'must not be "." or ".."',
  atMost(bounds.id, filled),
);

const integer = (value: number): boolean =>
  Number.isInteger(value) && value >= -2_147_483_648 && value <= 2_147_483_647;

const extension: Rule = (value) => {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return integer(value) ? undefined : 'must be a whole number of 32 bits, or a string';
  return typeof value === 'string' ? shortText(value) : 'must be a string, a boolean or a whole number of 32 bits';
};
const shortText = atMost(EXTENSION_LENGTH, text);

const core = {
  specversion: (value) => (value === '1.0' ? undefined : 'must be "1.0"'),
  id: idRule,
  source: where(isUriReference, 'must be a URI reference (RFC 3986)', atMost(bounds.source, filled)),
  type: filled,
  subject: atMost(bounds.subject, filled),
  time: atMost(bounds.time, timestamp),
  datacontenttype: filled,
  dataschema: where(isUri, 'must be a URI (RFC 3986)', atMost(bounds.dataschema, filled)),
} as const satisfies Record<AttributeName, Rule>;

/** Extensions whose own documents say what they must be (cloudevents/spec, extensions). */
const wellKnown = {
  partitionkey: atMost(bounds.partitionkey, filled),
  expirytime: atMost(EXTENSION_LENGTH, timestamp),
} as const satisfies Record<KnownExtension, Rule>;

const isCore = (name: string): name is AttributeName => Object.hasOwn(core, name);
const isWellKnown = (name: string): name is KnownExtension => Object.hasOwn(wellKnown, name);

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
  if (isCore(name)) return core[name];
  if (!/^[a-z0-9]{1,64}$/.test(name)) {
    return () => 'is no name of an attribute: 1 to 64 lower-case letters and digits';
  }
  return isWellKnown(name) ? wellKnown[name] : extension;
}
