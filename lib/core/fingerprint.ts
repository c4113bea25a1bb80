import { hash } from 'node:crypto';
import { canonicalForm } from './json/canonical.ts';
import type { SentEvent } from './sent-event.ts';

/** Attributes that say how an event travelled, not what it is. */
const traces = new Set(['traceparent', 'tracestate']);

/**
 * What tells two events under one id apart: SHA-256 of the RFC 8785 form of what the client sent, before validation and before
 * anything was filled in. Extension values count by their text, because binary mode sends all of them as text; so every mode of
 * one event gives one fingerprint (protocol: fingerprint).
 * @returns base64url, 43 characters
 */
export function fingerprint(event: Omit<SentEvent, 'id' | 'source' | 'binaryData'>): string {
  const { type, subject, time, dataschema, data } = event;
  const datacontenttype = mediaTypeName(event.datacontenttype);
  const extensions = textsOf(event.extensions);
  return hash(
    'sha256',
    canonicalForm({ data, datacontenttype, dataschema, extensions, subject, time, type }),
    'base64url',
  );
}

const textsOf = (extensions: SentEvent['extensions']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(extensions)
      .filter(([name]) => !traces.has(name))
      .map(([name, value]) => [name, String(value)]),
  );

/** `datacontenttype` without parameters; JSON where there is none. */
export const mediaTypeName = (datacontenttype = 'application/json'): string =>
  (datacontenttype.split(';')[0] ?? '').trim().toLowerCase();
