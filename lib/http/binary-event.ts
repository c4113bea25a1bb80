import { pointer } from '../core/json/pointer.ts';
import { HttpProblem, shown } from '../core/problem.ts';
import { unquote } from '../core/quoted.ts';
import { headerText, percentDecoded, withoutBlanks } from './header-text.ts';

type Headers = Readonly<Record<string, string | undefined>>;

const prefix = 'ce-';

/** Whether a request carries an event in binary mode, when its media type is none of CloudEvents' own. */
export const isBinary = (headers: Headers): boolean => Object.keys(headers).some((name) => name.startsWith(prefix));

/** The gateway joins a header that was sent twice by a comma, and which of the two was meant nobody can tell. */
export const TWICE = 'has a comma, as a header has that is sent twice; what has a comma of its own goes into the body';
/** Attributes by which an event is known or finds its way; text for people may have commas. */
const single: ReadonlySet<string> = new Set(['id', 'source', 'type']);

/**
 * The members of an event in binary mode: attributes from `ce-*` headers, `datacontenttype` from Content-Type.
 * CloudEvents HTTP binding 1.0, section 3.1.
 * @throws HttpProblem 400 when a header cannot be decoded
 */
export function binaryMembers(headers: Headers, data: unknown): Record<string, unknown> {
  const attributes = Object.entries(headers)
    .filter(([header]) => header.startsWith(prefix))
    .map(([header, value = '']): [string, string] => {
      const name = header.slice(prefix.length);
      if (name === 'datacontenttype' || name === 'data') {
        throw fault(name, `must not be sent as ${header}: the body and its Content-Type say it`);
      }
      if (single.has(name) && value.includes(',')) throw fault(name, TWICE);
      return [name, decode(name, value)];
    });
  return Object.fromEntries([
    ...attributes,
    ['datacontenttype', headers['content-type']?.trim() || undefined],
    ['data', data],
  ]);
}

/**
 * Undoes quoting, then percent-encoding, once (section 3.1.3.2). What should have been encoded may stand bare, as some SDKs send it:
 * UTF-8, and a `%` that begins no escape.
 */
function decode(name: string, header: string): string {
  const text = headerText(header);
  if (text === undefined) throw fault(name, 'is not UTF-8, bare or percent-encoded');
  const value = unquote(withoutBlanks(text));
  if (value === undefined) throw fault(name, 'begins with a quote that is not closed');
  const decoded = percentDecoded(value);
  if (decoded === undefined) throw fault(name, 'is not percent-encoded UTF-8');
  return decoded;
}

const fault = (name: string, detail: string): HttpProblem =>
  new HttpProblem('invalid-event', `${shown(name)} ${detail}`, {
    errors: [{ pointer: pointer([name]), detail }],
  });
