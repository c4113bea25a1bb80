import { attributeForms, type TextForm } from '../../core/attribute-forms.ts';
import { uriPattern, uriReferencePattern } from '../../core/uri.ts';
import type { Schema } from './embed.ts';
import { schemaOfForm } from './openapi-attributes.ts';

const hex = '[0-9A-Fa-f]';
/** A byte behind the first. */
const next = `%[89ABab]${hex}`;
/** One character, percent-encoded in UTF-8: none that CloudEvents excludes. */
const encoded = [
  `%(?:[2-6]${hex}|7[0-9A-Ea-e])`,
  // From U+00A0 on: below are control characters.
  `%[Cc]2%[ABab]${hex}`,
  `%(?:[Cc][3-9A-Fa-f]|[Dd]${hex})${next}`,
  `%[Ee]0%[ABab]${hex}${next}`,
  `%[Ee][1-9A-Ca-cEe]${next}${next}`,
  `%[Ee][Dd]%[89]${hex}${next}`,
  // But for U+FDD0 to U+FDEF, U+FFFE and U+FFFF.
  `%[Ee][Ff]%(?:[89Aa]${hex}|[Bb][0-689A-Ea-e])${next}`,
  `%[Ee][Ff]%[Bb]7%[8Bb]${hex}`,
  `%[Ee][Ff]%[Bb][Ff]%(?:[89Aa]${hex}|[Bb][0-9A-Da-d])`,
  // But for the last two of each plane.
  ...[`%[Ff]0%[9ABab]`, `%[Ff][1-3]%[89ABab]`, `%[Ff]4%8`].flatMap((first) => [
    `${first}[0-9A-Ea-e]${next}${next}`,
    `${first}[Ff]%(?:[89Aa]${hex}|[Bb][0-9A-Ea-e])${next}`,
    `${first}[Ff]%[Bb][Ff]%(?:[89Aa]${hex}|[Bb][0-9A-Da-d])`,
  ]),
].join('|');
/** A `%` that begins no escape stands for itself. */
const percent = `%(?!${hex}{2})`;
/** Printable ASCII but `%`, without and with a comma. */
const [single, any] = ['[ -$&-+\\--~]', '[ -$&-~]'];

/** Texts of one header: blanks around it are not its own, and a quote at its beginning is quoting. */
const bare = '(?![ "])(?!.* $)';

/** A text as a header of binary mode. @param characters of which there is one for each that the attribute has */
const textPattern = ({ minLength = 0, maxLength = 0 }: TextForm, characters: string, not = ''): string =>
  `^${not}${bare}(?:${characters}|${percent}|${encoded}){${minLength},${maxLength}}$`;

/** A URI as a header: what is percent-encoded in it is so once more. */
const uriHeader = (pattern: string) => pattern.replaceAll('%[0-9A-Fa-f]{2}', '%25[0-9A-Fa-f]{2}');
const withoutCommas = (pattern: string) => pattern.replaceAll("'()*+,;=", "'()*+;=");

const withPattern = (form: TextForm, pattern: string): Schema => {
  const { maxLength: _, not: __, ...schema } = schemaOfForm(form);
  return { ...schema, pattern };
};

const { id, source, subject, partitionkey, time, expirytime, dataschema } = attributeForms;

/** Attributes of an event in binary mode as headers (section 3.1.3.2 of the HTTP binding): ASCII, percent-encoded. */
export const attributeHeaders = {
  id: withPattern(id, textPattern(id, single, '(?!(?:\\.|%2[Ee]){1,2}$)')),
  source: { ...withPattern(source, withoutCommas(uriHeader(uriReferencePattern))), maxLength: source.maxLength },
  subject: withPattern(subject, textPattern(subject, any)),
  time: schemaOfForm(time),
  dataschema: { ...withPattern(dataschema, uriHeader(uriPattern)), maxLength: dataschema.maxLength },
  partitionkey: withPattern(partitionkey, textPattern(partitionkey, any)),
  expirytime: schemaOfForm(expirytime),
} as const satisfies Record<string, Schema>;

/** An id in Idempotency-Key, bare or quoted; printable ASCII, no comma. */
export const idempotencyKey: Schema = {
  type: 'string',
  pattern: [
    `^(?:(?!\\.{1,2}$)${bare}[ -+\\--~]{1,${id.maxLength}}`,
    `(?!"(?:\\\\?\\.){1,2}"$)"(?:[ !#-+\\--[\\]-~]|\\\\[ -+\\--~]){1,${id.maxLength}}")$`,
  ].join('|'),
};
