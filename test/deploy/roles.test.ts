import { describe, expect, test } from 'vitest';
import { derive } from '../../deploy/template.ts';
import { catalogueOfTypes } from '../support/definitions.ts';

const KEY = 'arn:aws:kms:eu-central-1:1:key/1';
const ARN = 'arn:aws:secretsmanager:eu-central-1:1:secret:redis-a1B2c3';
interface Statement {
  Sid: string;
  Action: string[];
  Resource: unknown[];
}

/** What the role of each function may do about secrets. */
async function readingIn(over: Record<string, unknown> = {}) {
  const environment = { MONGODB_URI: 'secret:all:SecretString:mongodb', REDIS_URL: `secret:${ARN}` };
  const settings = { service: 'sluice', stage: 'dev', origins: [], environment, ...over };
  const { resources } = await derive(settings, catalogueOfTypes(['parcel.sent']));
  return Object.fromEntries(
    Object.entries(resources.Resources).flatMap(([id, { Type, Properties }]) => {
      if (Type !== 'AWS::IAM::Role') return [];
      const { Policies } = Properties as { Policies: { PolicyDocument: { Statement: Statement[] } }[] };
      const statements = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      return [[id, statements.filter(({ Action }) => /secretsmanager|kms/.test(Action.join()))]];
    }),
  );
}
const named = (id: string) => ({
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
  'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:'.concat(id, '-??????'),
});
const reads = (...Resource: unknown[]) => ({
  ...{ Sid: 'Addresses', Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'] },
  Resource,
});

describe('the role of a function', () => {
  test('reads the secrets that its variables name, and no other', async () => {
    const roles = await readingIn();
    expect(roles.IngestRole).toEqual([reads(ARN)]);
    expect(roles.SetupRole).toEqual([reads(named('all'))]);
    expect(roles.OnParcelSentRole).toEqual([reads(ARN, named('all'))]);
  });

  test('reads a secret whose ARN has not the six characters that AWS adds', async () => {
    const partial = 'arn:aws:secretsmanager:eu-central-1:1:secret:sluice/redis';
    const roles = await readingIn({ environment: { MONGODB_URI: 'secret:all', REDIS_URL: `secret:${partial}` } });
    expect(roles.IngestRole).toEqual([reads(`${partial}-??????`)]);
  });

  test('reads the secret of the collector that takes its spans', async () => {
    const layers = ['arn:aws:lambda:eu-central-1:184161586896:layer:opentelemetry-nodejs-0_20_0:1'];
    const tracing = { layers, environment: { OTEL_COLLECTOR_SECRET: 'secret:otel/collector' } };
    for (const [id, statements] of Object.entries(await readingIn({ tracing })))
      expect(statements, id).toContainEqual(
        expect.objectContaining({ Resource: expect.arrayContaining([named('otel/collector')]) }),
      );
  });

  test('reads that of its own user of MongoDB', async () => {
    const roles = await readingIn({ mongodbReadUri: 'secret:reading', mongodbSetupUri: 'secret:setting-up' });
    expect(roles.QueryRole).toEqual(
      [reads(ARN, named('reading'))].map((one) =>
        expect.objectContaining({ ...one, Resource: expect.arrayContaining(one.Resource) }),
      ),
    );
    expect(roles.SetupRole).toEqual([reads(named('setting-up'))]);
    expect(JSON.stringify(roles.SetupRole)).not.toContain('all-');
  });

  test('may use the key that they are encrypted with, where the stage names one', async () => {
    const roles = await readingIn({ secretsKeyArn: KEY });
    expect(roles.IngestRole?.[1]).toMatchObject({ Sid: 'KeyOfAddresses', Action: ['kms:Decrypt'], Resource: [KEY] });
  });

  test('reads none where the addresses stand in the stage', async () => {
    const environment = { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' };
    for (const statements of Object.values(await readingIn({ environment, secretsKeyArn: KEY })))
      expect(statements).toEqual([]);
  });
});
