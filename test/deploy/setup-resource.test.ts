import { describe, expect, test } from 'vitest';
import { declarationsOf } from '../../deploy/setup-resource.ts';
import { derive } from '../../deploy/template.ts';
import { waysOut } from '../../deploy/ways-out.ts';
import { type Catalogue, catalogueOf } from '../../lib/core/catalogue.ts';
import type { CollectionDeclaration } from '../../lib/sdk/declarations.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { secret } from '../../lib/sdk/settings.ts';
import { functions as declared } from '../../lib/wiring/functions/functions.ts';
import { catalogueOfTypes, definitionOf } from '../support/definitions.ts';

const settings = (over: Record<string, unknown> = {}) => ({
  ...{ service: 'sluice', stage: 'dev', origins: [] },
  environment: { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' },
  ...over,
});
const derived = (over: Record<string, unknown> = {}, catalogue: Catalogue = catalogueOfTypes(['parcel.sent'])) =>
  derive(settings(over), catalogue);
const withMembers = (members: CollectionDeclaration, type = 'member.joined') =>
  catalogueOf([defineEvent({ ...definitionOf(type), collections: { members } })]);
const setupOf = async (...given: Parameters<typeof derived>) =>
  (await derived(...given)).resources.Resources.DatabaseSetup;

describe('the database of a stage', () => {
  test('is made by the function setup, which CloudFormation asks', async () => {
    const { functions } = await derived();
    expect(await setupOf()).toEqual({
      Type: 'Custom::DatabaseSetup',
      Properties: {
        ServiceToken: { 'Fn::GetAtt': ['SetupLambdaFunction', 'Arn'] },
        ServiceTimeout: 960,
        Database: 'sluice_dev',
        Declarations: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    });
    expect(functions.setup).toMatchObject({ handler: 'dist/setup/index.handler', timeout: 900, events: [] });
    expect(functions.setup).not.toHaveProperty('dependsOn');
  });

  test('comes before every function that asks it, and before none that does not', async () => {
    const { functions } = await derived();
    const waiting = Object.keys(functions).filter((key) => functions[key]?.dependsOn?.includes('DatabaseSetup'));
    const asking = declared
      .filter(({ name, needs }) => name !== 'setup' && needs.some((need) => need === 'mongodb'))
      .map(({ name }) => (name === 'consume' ? 'onParcelSent' : name.replace(/-(.)/g, (_, one) => one.toUpperCase())));
    expect(asking.length).toBeGreaterThan(8);
    expect(waiting.toSorted()).toEqual(asking.toSorted());
  });

  test('is that of npm start on this machine', async () => {
    expect(await setupOf({ stage: 'local' })).toBeUndefined();
    for (const one of Object.values((await derived({ stage: 'local' })).functions))
      expect(one).not.toHaveProperty('dependsOn');
  });

  test('is another one where the stage names it', async () => {
    const environment = { ...settings().environment, MONGODB_DATABASE: 'mine' };
    expect(await setupOf({ environment })).toMatchObject({ Properties: { Database: 'mine' } });
  });

  test('is made again where its server is in another secret, and never names an address', async () => {
    const environment = { ...settings().environment, MONGODB_URI: 'secret:sluice/dev/mongodb-uri' };
    expect(await setupOf({ environment })).toMatchObject({ Properties: { Server: 'secret:sluice/dev/mongodb-uri' } });
    expect(await setupOf({ environment, mongodbSetupUri: 'secret:setup' })).toMatchObject({
      Properties: { Server: 'secret:setup' },
    });
    expect(JSON.stringify(await setupOf())).not.toContain('mongodb+srv');
  });

  test('is made as the user of setup, whom no other function is', async () => {
    const address = 'mongodb+srv://setup@example/';
    const { functions } = await derived({ mongodbSetupUri: address });
    const having = Object.keys(functions).filter((key) => functions[key]?.environment.MONGODB_URI === address);
    expect(having).toEqual(['setup']);
  });

  test('is made by a role that may write its log, and nothing else', async () => {
    const { SetupRole } = (await derived()).resources.Resources;
    expect(JSON.stringify(SetupRole).match(/(?<="Action":\[)[^\]]+/g)).toEqual([
      '"sts:AssumeRole"',
      '"logs:CreateLogStream","logs:PutLogEvents"',
    ]);
  });
});

describe('the declarations', () => {
  const before: CollectionDeclaration = { unique: [['email']], indexes: [['name']] };
  const same = declarationsOf(withMembers(before));
  const expire = { field: 'at', afterSeconds: 60 };
  const changes: [string, CollectionDeclaration][] = [
    ['a unique less', { indexes: [['name']] }],
    ['another unique', { ...before, unique: [['email', 'name']] }],
    ['an index more', { ...before, indexes: [['name'], ['-name']] }],
    ['an expiry', { ...before, expire }],
    ['another expiry', { ...before, expire: { ...expire, afterSeconds: 61 } }],
  ];

  test.each(changes)('are others with %s', (_, members) => {
    expect(declarationsOf(withMembers(members))).not.toBe(same);
    if (!members.expire) return;
    expect(declarationsOf(withMembers(members))).not.toBe(
      declarationsOf(withMembers({ ...members, expire: { ...members.expire, afterSeconds: 62 } })),
    );
  });

  test('are others with a collection more', () => {
    const collections = { members: before, guests: {} };
    expect(declarationsOf(catalogueOf([defineEvent({ ...definitionOf('a.b'), collections })]))).not.toBe(same);
  });

  test('stay the same whatever else an event type says, and in whichever order', () => {
    const other = defineEvent({
      ...definitionOf('another.type'),
      summary: 'Something else',
      collections: { members: before },
    });
    expect(declarationsOf(catalogueOf([other]))).toBe(same);
    const of = (names: string[]) =>
      declarationsOf({ collections: Object.fromEntries(names.map((name) => [name, before])) });
    expect(of(['a', 'b'])).toBe(of(['b', 'a']));
  });
});

describe('the ways out of a VPC', () => {
  const vpc = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
  const entries = catalogueOf([defineEvent({ ...definitionOf('parcel.sent'), env: { KEY: secret() } })]);

  test('are named where a stage has one, with who needs them', () => {
    const environment = { REDIS_URL: 'secret:sluice/dev/redis-url' };
    expect(waysOut({ vpc, environment }, entries)).toEqual([
      'in the VPC functions need a way to sqs (queues), secretsmanager (addresses), s3 (what setup answers CloudFormation), ssm (secrets of onParcelSent), beside MongoDB and Redis: docs/deploy.md, "VPC"',
    ]);
    const tracing = { layers: ['arn:aws:lambda:eu-central-1:123456789012:layer:otel:1'] };
    expect(waysOut({ vpc, tracing, environment }, entries)[0]).toContain(', what takes the traces, ssm');
    expect(waysOut({ vpc, environment: {} }, catalogueOfTypes(['a.b']))[0]).not.toMatch(/ssm|secretsmanager/);
  });

  test('are nobody’s worry where it has none', () => {
    expect(waysOut({ vpc: null, environment: {} }, entries)).toEqual([]);
  });
});
