import { describe, expect, test } from 'vitest';
import { variablesOf } from '../../../verification/artefact/environment.ts';
import { resolverOf } from '../../../verification/artefact/resolve.ts';

const account = {
  region: 'eu-central-1',
  id: '000000000000',
  sqsEndpoint: 'http://127.0.0.1:1',
  storesEndpoint: 'http://127.0.0.1:2',
  secrets: new Map([
    ['sluice/dev/redis-url', 'redis://a'],
    ['both', '{"redis":"redis://b"}'],
  ]),
};
const resolve = resolverOf(
  {
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'sluice-dev-note-kept' } },
    Api: { Type: 'AWS::ApiGatewayV2::Api' },
    Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'sluice-dev-ingest' } },
  },
  account,
);

describe('a value of a template', () => {
  test.each([
    ['text', 'text'],
    [{ a: [1, { Ref: 'Api' }] }, { a: [1, 'Api'] }],
    [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    [{ Ref: 'Queue' }, 'http://127.0.0.1:1/000000000000/sluice-dev-note-kept'],
    [{ 'Fn::GetAtt': ['Function', 'Arn'] }, 'arn:aws:lambda:eu-central-1:000000000000:function:sluice-dev-ingest'],
    [
      { 'Fn::Join': [':', ['a', { 'Fn::GetAtt': ['Queue', 'Arn'] }]] },
      'a:arn:aws:sqs:eu-central-1:000000000000:sluice-dev-note-kept',
    ],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
      { 'Fn::Sub': 'https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/sluice-dev-' },
      'http://127.0.0.1:1/000000000000/sluice-dev-',
    ],
    ['{{resolve:secretsmanager:sluice/dev/redis-url}}', 'redis://a'],
    ['{{resolve:secretsmanager:both:SecretString:redis}}', 'redis://b'],
  ])('%j is %j', (value, expected) => {
    expect(resolve(value)).toEqual(expected);
  });

  test.each([
    [{ Ref: 'Nobody' }, 'the template has no Nobody'],
    [{ 'Fn::GetAtt': ['Api', 'Arn'] }, 'not known here: Arn of Api'],
    [{ 'Fn::Select': [0, ['a']] }, 'not known here: Fn::Select'],
    ['{{resolve:secretsmanager:sluice/prod/redis-url}}', 'the account has no secret sluice/prod/redis-url'],
    ['{{resolve:secretsmanager:both:SecretString:mongodb}}', 'the secret both has no mongodb'],
    ['{{resolve:ssm:name}}', 'not known here'],
  ])('%j is not made up', (value, said) => {
    expect(() => resolve(value)).toThrow(said);
  });
});

test('a function has the environment of its template, what Lambda gives it, and nothing of this machine', () => {
  const variables = { STAGE: 'dev', EVENT_TYPES: '' };
  const one = {
    name: 'sluice-dev-query',
    zip: 'query.zip',
    handler: 'dist/query/index.handler',
    timeoutSeconds: 30,
    memoryMb: 512,
    variables,
  };
  const made = variablesOf({ function: one, account, folder: '/tmp/task', output: () => {}, watch: () => () => {} });
  expect(made).toMatchObject({
    ...variables,
    _HANDLER: 'dist/query/index.handler',
    AWS_LAMBDA_FUNCTION_NAME: 'sluice-dev-query',
  });
  const others = Object.keys(made).filter(
    (name) => !(name in variables) && !/^(_HANDLER$|AWS_|LAMBDA_|NODE_PATH$)/.test(name),
  );
  expect(others.sort()).toEqual(['LANG', 'LD_LIBRARY_PATH', 'PATH', 'TZ']);
  expect(made.PATH).not.toBe(process.env.PATH);
});
