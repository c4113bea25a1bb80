import type { Mutant } from '../mutant.ts';

const generated = 'test/lib/http/api-documents/generated-requests.test.ts';
const modes = 'test/lib/http/post-modes.test.ts';
const errors = 'test/lib/http/post-errors.test.ts';
const gateway = 'test/local/stack/gateway/event.test.ts';
const headers = 'lib/http/header-text.ts';
const attributes = 'lib/http/api-documents/openapi-attributes.ts';
const forms = 'lib/http/api-documents/openapi-header-forms.ts';
const parameters = 'lib/http/query-parameters.ts';

const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'bare-text-is-refused',
    file: headers,
    search: '/[^\\0-\\xff]/.test(value) ? value : ofBytes',
    replace: '/[^\\0-\\xff]/.test(value) ? undefined : ofBytes',
    caughtBy: modes,
    title: 'decodes a header that is bare text$',
  },
  {
    name: 'bytes-are-taken-for-text',
    file: headers,
    search: "if (isUtf8(bytes)) return bytes.toString('utf8');",
    replace: "if (isUtf8(bytes)) return bytes.toString('latin1');",
    caughtBy: modes,
    title: 'decodes a header that is UTF-8, one character a byte',
  },
  {
    name: 'broken-utf8-is-text',
    file: headers,
    search: '/[^\\0-\\x7f\\ufffd]/.test(bytes',
    replace: '/[^\\0-\\uffff]/.test(bytes',
    caughtBy: errors,
    title: 'binary ce-mixed',
  },
  {
    name: 'unread-bytes-are-text',
    file: headers,
    search: "text?.includes('\\ufffd') || ",
    replace: '',
    caughtBy: errors,
    title: 'binary ce-unread:',
  },
  {
    name: 'blanks-of-a-text-are-cut',
    file: headers,
    search: "/[^ \\t](?:.*[^ \\t])?/s.exec(text)?.[0] ?? ''",
    replace: 'text.trim()',
    caughtBy: modes,
    title: 'decodes a header that is bare between blanks',
  },
  {
    name: 'percent-alone-is-refused',
    file: headers,
    search: 'text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => decodeURIComponent(escapes))',
    replace: 'decodeURIComponent(text)',
    caughtBy: modes,
    title: 'decodes a header that is with a % alone',
  },
  {
    name: 'escapes-that-are-no-utf8-stay',
    file: headers,
    search: '  } catch {\n    return undefined;',
    replace: '  } catch {\n    return text;',
    caughtBy: errors,
    title: 'binary ce-half:',
  },
  {
    name: 'local-headers-are-bytes',
    file: 'local/stack/gateway/event.ts',
    search: "const value = textOf(raw[index + 1] ?? '');",
    replace: "const value = raw[index + 1] ?? '';\n    void textOf;",
    caughtBy: gateway,
    title: 'Bytes of a header are UTF-8',
  },
  {
    name: 'document-without-patterns',
    file: attributes,
    search: 'pattern: format ? patterns[format]',
    replace: "pattern: format === 'uri-reference' ? '' : format ? patterns[format]",
    caughtBy: generated,
    title: 'entry 29: POST /events (> )?(takes|refuses)',
  },
  {
    name: 'document-forgets-what-is-excluded',
    file: attributes,
    search: '...(not.length > 0 && { not: { enum: not } }),',
    replace: '',
    caughtBy: generated,
    title: 'POST /events',
  },
  {
    name: 'document-allows-any-version',
    file: attributes,
    search: "{ enum: ['1.0', null] }",
    replace: "{ enum: ['1.0', '1.1', null] }",
    caughtBy: generated,
    title: 'entry 29: POST /events (> )?(takes|refuses)',
  },
  {
    name: 'document-refuses-null',
    file: 'lib/http/api-documents/openapi-schema-parts.ts',
    search: "({ anyOf: [schema, { type: 'null' }] })",
    replace: '({ anyOf: [schema] })',
    caughtBy: 'test/lib/http/api-documents/openapi.test.ts',
    title: 'allows null where it means absent',
  },
  {
    name: 'headers-without-forms',
    file: forms,
    search: 'subject: withPattern(subject, textPattern(subject, any)),',
    replace: "subject: { type: 'string' },",
    caughtBy: generated,
    title: 'POST /events#binary',
  },
  {
    name: 'headers-with-any-escape',
    file: forms,
    search: '%(?:[Cc][3-9A-Fa-f]',
    replace: '%(?:[Cc][0-9A-Fa-f]',
    caughtBy: generated,
    title: 'POST /events#binary',
  },
  {
    name: 'binary-mode-needs-no-id',
    file: 'lib/http/api-documents/openapi-post-events.ts',
    search: "new Set(['id', 'source'])",
    replace: "new Set(['source'])",
    caughtBy: generated,
    title: 'POST /events#binary',
  },
  {
    name: 'empty-parameters-are-described',
    file: parameters,
    search: "const text = { type: 'string', minLength: 1 } as const;",
    replace: "const text = { type: 'string', enum: ['', 'x'] } as const;",
    caughtBy: generated,
    title: 'entry 29: GET /failures (> )?(takes|refuses)',
  },
  {
    name: 'times-of-queries-without-form',
    file: parameters,
    search: "format: 'date-time', pattern: DATE_TIME",
    replace: 'minLength: 1, description: DATE_TIME',
    caughtBy: generated,
    title: 'entry 29: GET /failures (> )?(takes|refuses)',
  },
  {
    name: 'reasons-of-blanks-are-described',
    file: 'lib/http/api-documents/openapi-schema-parts.ts',
    search: "pattern: '\\\\S'",
    replace: "enum: [' ']",
    caughtBy: generated,
    title: 'discard (> )?(takes|refuses)',
  },
  {
    name: 'answers-of-the-gateway-undescribed',
    file: 'lib/http/api-documents/openapi-answers.ts',
    search: '[400, 413, 429, 500, 503].includes(status)',
    replace: '[400, 413, 500].includes(status)',
    caughtBy: 'test/lib/http/api-documents/rare-answers.test.ts',
    title: 'what the gateway may say itself is described',
  },
  {
    name: 'arrays-that-a-key-is-not-for-are-undescribed',
    file: 'lib/http/api-documents/openapi-post-events.ts',
    search: '      403: refusal(notAllowed),\n',
    replace: '',
    caughtBy: 'test/lib/http/api-documents/rare-answers.test.ts',
    title: 'to a key that is not for it',
  },
];

/** What openapi.json says and the door does not do, and what SDKs send. */
export const openApiFaults: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'openapi' }));
