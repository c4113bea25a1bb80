import { expect } from 'vitest';
import { responseOf } from '../../../../local/stack/gateway/response.ts';
import { claims } from '../../../support/claims/claim.ts';

const { does, differs } = claims('gateway', 'responses');
/** Format of the response, payload format 2.0. */
const format = 'http-api-develop-integrations-lambda.html';

const text = (answer: unknown) => {
  const response = responseOf(answer);
  return response && { ...response, body: response.body.toString() };
};
const json = { 'content-type': 'application/json' };
const plain = { 'content-type': 'text/plain;charset=utf-8' };

for (const [what, answer, expected] of [
  [
    'Status, headers and body are those of the answer',
    { statusCode: 202, headers: { 'Content-Type': 'application/json', 'Retry-After': 1 }, body: '{}' },
    { status: 202, headers: { ...json, 'retry-after': '1' }, cookies: [], body: '{}' },
  ],
  [
    'A body in base64 is decoded',
    { statusCode: 200, body: 'w6k=', isBase64Encoded: true },
    { status: 200, headers: plain, cookies: [], body: 'é' },
  ],
  [
    'Each of the cookies becomes a Set-Cookie header',
    { statusCode: 204, cookies: ['a=1', 'b=2'] },
    { status: 204, headers: plain, cookies: ['a=1', 'b=2'], body: '' },
  ],
  [
    'An answer without statusCode is the body of a 200 in JSON',
    { ok: 1 },
    { status: 200, headers: json, cookies: [], body: '{"ok":1}' },
  ],
  ['A string is the body of a 200', 'hello', { status: 200, headers: json, cookies: [], body: 'hello' }],
  ['An answer of nothing is a 200 with null', null, { status: 200, headers: json, cookies: [], body: 'null' }],
] as const)
  does(format, what, () => expect(text(answer)).toEqual(expected));

for (const [what, answer] of [
  ['A body that is no string is malformed', { statusCode: 200, body: {} }],
  ['A status that is no number is malformed', { statusCode: 'x' }],
  ['A status below 200 is malformed', { statusCode: 101 }],
  ['A header with a line break is malformed', { statusCode: 200, headers: { a: '1\r\nb: 2' } }],
  ['A header with a name that is none is malformed', { statusCode: 200, headers: { 'a b': '1' } }],
  ['A cookie with a line break is malformed', { statusCode: 200, cookies: ['a=1\nb'] }],
] as const)
  does(format, what, () => expect(responseOf(answer)).toBeUndefined());

differs(format, 'Content-Length, Transfer-Encoding and Connection of the answer are left out', () => {
  const headers = { 'Content-Length': '99', 'Transfer-Encoding': 'chunked', Connection: 'close' };
  expect(text({ statusCode: 200, headers, body: 'a' })?.headers).toEqual(plain);
});
