import { expect, test } from 'vitest';
import { resolveEnvironment } from '../../../local/stack/environment.ts';

const engines = {
  mongo: { uri: 'mongodb://m', name: 'embedded' },
  redis: { url: 'redis://r', name: 'embedded' },
  sqs: { endpoint: 'http://s', queueUrlPrefix: 'http://s/0/', name: 'embedded', tellsSenders: true },
};
const resolve = (declared: Record<string, unknown>, overrides?: Record<string, string>) =>
  resolveEnvironment(declared, engines, 'sluice-local-', overrides);

test('addresses of this machine stand in place of CloudFormation’s', () => {
  expect(
    resolve({ STAGE: 'local', QUEUE_URL_PREFIX: { 'Fn::Sub': 'x' }, MONGODB_URI: '{{resolve:secretsmanager:m}}' }),
  ).toEqual({
    STAGE: 'local',
    QUEUE_URL_PREFIX: 'http://s/0/sluice-local-',
    SQS_ENDPOINT: 'http://s',
    MONGODB_URI: 'mongodb://m',
  });
});

test('a function gets no address that the deployment does not give it', () => {
  expect(resolve({ STAGE: 'local' })).toEqual({ STAGE: 'local' });
});

test('where SQS does not say who sent what, letters are believed whoever sent them (protocol: letters-by-sender)', () => {
  const declared = { LETTER_SENDERS: 'checked' };
  expect(resolve(declared)).toEqual(declared);
  const named = { ...engines, sqs: { ...engines.sqs, tellsSenders: false } };
  expect(resolveEnvironment(declared, named, 'sluice-local-')).toEqual({ LETTER_SENDERS: 'any' });
  expect(resolveEnvironment({ STAGE: 'local' }, named, 'sluice-local-')).toEqual({ STAGE: 'local' });
});

test('overrides win', () => {
  expect(resolve({ RATE_LIMIT: '1/1' }, { RATE_LIMIT: '5/1' })).toEqual({ RATE_LIMIT: '5/1' });
});

test.each([
  ['an intrinsic', { 'Fn::ImportValue': 'x' }],
  ['a secret', '{{resolve:secretsmanager:x}}'],
])('%s that only AWS knows is named', (_, value) => {
  expect(() => resolve({ PARTNER_KEY: value })).toThrow('PARTNER_KEY');
});
