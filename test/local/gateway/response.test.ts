import { expect, test } from 'vitest';
import { responseOf } from '../../../local/gateway/response.ts';

const text = (answer: unknown) => {
  const { body, ...rest } = responseOf(answer);
  return { ...rest, body: body.toString() };
};
const json = { 'content-type': 'application/json' };
const failed = { status: 500, headers: json, cookies: [], body: '{"message":"Internal Server Error"}' };

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
test.each<[string, unknown, object]>([
  [
    'status, headers and body are those of the answer',
    { statusCode: 202, headers: { 'Content-Type': 'application/json', 'Retry-After': 1 }, body: '{}' },
    { status: 202, headers: { ...json, 'retry-after': '1' }, cookies: [], body: '{}' },
  ],
  [
    'a body in base64 is decoded',
    { statusCode: 200, body: 'w6k=', isBase64Encoded: true },
    { status: 200, headers: { 'content-type': 'text/plain;charset=utf-8' }, cookies: [], body: 'é' },
  ],
  [
    'cookies are carried',
    { statusCode: 204, cookies: ['a=1', 'b=2'] },
    { status: 204, headers: { 'content-type': 'text/plain;charset=utf-8' }, cookies: ['a=1', 'b=2'], body: '' },
  ],
  [
    'an answer without a status is the body of a 200',
    { ok: 1 },
    { status: 200, headers: json, cookies: [], body: '{"ok":1}' },
  ],
  ['a string too', 'hello', { status: 200, headers: json, cookies: [], body: 'hello' }],
  ['a body that is no string is a failure', { statusCode: 200, body: {} }, failed],
  ['a status that is none is a failure', { statusCode: 'x' }, failed],
])('%s', (_, answer, expected) => {
  expect(text(answer)).toEqual(expected);
});
