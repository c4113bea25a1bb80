import { expect, test } from 'vitest';
import { secretAddress, secretIn, secretNameIn } from '../../../lib/core/secret-address.ts';

const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:sluice/prod/uri-a1B2c3';

test.each([
  ['sluice/prod/mongodb-uri', { id: 'sluice/prod/mongodb-uri' }],
  ['sluice:SecretString:redis', { id: 'sluice', key: 'redis' }],
  ['A_b+c=d.e@f-g', { id: 'A_b+c=d.e@f-g' }],
  [ARN, { id: ARN }],
  [`${ARN}:SecretString:uri`, { id: ARN, key: 'uri' }],
])('%s names a secret, and its key where one is', (name, expected) => {
  expect(secretNameIn(name)).toEqual(expected);
  expect(secretIn(secretAddress(name))).toEqual(expected);
});

test.each([
  '',
  'a b',
  'sluice:redis',
  'sluice:SecretString:',
  'sluice:SecretString:key:AWSPREVIOUS',
  'rediss://u:p@h',
  '{{resolve:secretsmanager:x}}',
  'arn:aws:iam::1:role/x',
])('"%s" names none', (name) => {
  expect(secretNameIn(name)).toBeUndefined();
  expect(secretIn(`secret:${name}`)).toBeUndefined();
});

test.each(['sluice/prod/mongodb-uri', 'mongodb+srv://secret:x@h', 'rediss://h'])(
  'a variable with %s names no secret',
  (variable) => {
    expect(secretIn(variable)).toBeUndefined();
  },
);
