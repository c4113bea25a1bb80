import type { KeyEntry } from '../lib/core/access/key-entry.ts';
import { table } from './table.ts';

const listed = (items: readonly string[] | undefined): string => items?.join(' ') ?? 'all';

/** All keys, for people. */
export function listText(entries: readonly KeyEntry[]): string {
  if (entries.length === 0) return 'there are no keys';
  const head = ['id', 'name', 'tenant', 'ends in', 'scopes', 'types', 'sources', 'last used', 'ends'];
  const rows = entries.map(({ id, name, tenant, last4, scopes, types, sources, lastUsed, ...entry }) => [
    ...[id, name, tenant, last4, listed(scopes), listed(types), listed(sources), lastUsed ?? 'never'],
    entry.revoked ? `revoked ${entry.revoked}` : (entry.expires ?? 'never'),
  ]);
  return table([head, ...rows]);
}

/** A key that was made, for people; here its text is shown, and nowhere else. */
export const madeText = ({ id, name, tenant, scopes }: KeyEntry, text: string): string => `${text}

${table([
  ['id', id],
  ['name', name],
  ['tenant', tenant],
  ['scopes', listed(scopes)],
])}

This is the only time that the key is shown.`;

/** A key with a new text, for people. */
export const rotatedText = (entry: KeyEntry, text: string, end: EndText): string =>
  `${madeText(entry, text)}\n${endText('The text before it', entry, end)}${end.complete ? '' : ANOTHER_TEXT}`;

const ANOTHER_TEXT = `
Each time it shows another key, in place of the one above, which opens nothing any more then; the text before it keeps
its end. Pass on the one that is shown with 0.`;

/** A key that was revoked, for people. */
export const revokedText = (entry: KeyEntry, end: EndText): string =>
  endText(`The key ${entry.id} (${entry.name})`, entry, end);

interface EndText {
  complete: boolean;
  /** How long the gateway remembers what the authorizer said. */
  cacheSeconds: number;
}

function endText(what: string, { effectiveBy = '' }: KeyEntry, { complete, cacheSeconds }: EndText): string {
  const until = `${what} opens nothing any more from ${effectiveBy} on, which counts the ${cacheSeconds} s for which the
gateway may remember that it did.`;
  return complete
    ? until
    : `${until}
MongoDB or Redis did not answer, so one of them alone holds this: repeat the command until it ends with 0.`;
}
