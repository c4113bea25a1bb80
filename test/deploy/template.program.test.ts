import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadEventFolder } from '../../deploy/event-types.ts';
import { NOTICES } from '../../deploy/notices.ts';
import type { CatalogueEntry } from '../../lib/core/catalogue.ts';
import { consumerName, pascalCase, queueSuffix } from '../../lib/core/names.ts';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { secret, secretNames } from '../../lib/sdk/settings.ts';
import { keyOf } from '../support/api-gateway.ts';
import { callPackaged } from '../support/call-packaged.ts';
import { definitionOf } from '../support/definitions.ts';
import { neutralFolder } from '../support/neutral-events.ts';
import { copyProject, eventFile, type ProjectCopy } from '../support/project-copy.ts';

interface Resource {
  Type: string;
  DependsOn?: string[];
  Properties: Record<string, unknown>;
}
interface Statement {
  Sid: string;
  Effect: string;
  Action: string[];
  Resource: unknown;
}
type Template = Record<string, Resource>;

const DAY = 86_400;
const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const POLL = ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'];
const upperFirst = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** One file more than the tests have, which stand in the place of the shop's. */
const ADDED = 'invoice.sent';
const LEDGER_URL = 'https://ledger.example';
const CA_FILE = 'certificates/private-ca.pem';
let project: ProjectCopy;
let packaged: { code: number; output: string };
let text = '';
let template: Template;
let types: Pick<CatalogueEntry, 'definition' | 'ordered'>[];

beforeAll(async () => {
  project = copyProject();
  rmSync(join(project.folder, 'functions/events'), { recursive: true, force: true });
  cpSync(neutralFolder().path, join(project.folder, 'functions/events'), { recursive: true });
  project.write(
    `functions/events/${ADDED}.ts`,
    eventFile(
      ADDED,
      `orderedBy: ({ name }) => name, queue: { batchSize: 7, concurrency: 9, timeout: 11 },
  env: { LEDGER_KEY: secret(), LEDGER_URL: z.url(), LEDGER_BOOK: z.string() },
  permissions: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::invoices/*'] }],`,
    ),
  );
  project.makeFolder('certificates');
  project.write(CA_FILE, rootCertificates[0] ?? '');
  const given = [`LEDGER_URL=${LEDGER_URL}`, `caFile=${CA_FILE}`, 'origins=https://site.example', 'retain=true'];
  const parameters = given.flatMap((one) => ['--param', one]);
  packaged = await project.serverless('package', '--stage', 'dev', ...parameters);
  if (packaged.code !== 0) throw new Error(packaged.output);
  text = readFileSync(join(project.folder, '.serverless/cloudformation-template-update-stack.json'), 'utf8');
  template = JSON.parse(text).Resources;
  const { entries } = await loadEventFolder(neutralFolder());
  const queue = { batchSize: 7, batchWindow: 0, concurrency: 9, timeout: 11, commit: 'each' as const };
  const permissions = [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::invoices/*'] }];
  const added = defineEvent({ ...definitionOf(ADDED), env: { LEDGER_KEY: secret() }, permissions });
  types = [...entries, { definition: { ...added, queue }, ordered: true }];
});
afterAll(() => project?.remove());

const resource = (id: string): Resource => {
  const found = template[id];
  if (!found) throw new Error(`the template has no ${id}`);
  return found;
};
const ofType = (type: string): [string, Resource][] => Object.entries(template).filter(([, { Type }]) => Type === type);
const statementsOf = (role: Resource): Statement[] =>
  (role.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
const rights = (roleId: string): Record<string, { actions: string[]; resources: unknown }> =>
  Object.fromEntries(
    statementsOf(resource(roleId)).map(({ Sid, Action, Resource }) => [
      Sid,
      { actions: Action.toSorted(), resources: Resource },
    ]),
  );

describe('serverless package without credentials', () => {
  it('says how large the bundles are and how many resources there are', () => {
    expect(packaged.output).toMatch(/consume +\d+ KB/);
    expect(packaged.output).toContain(`${Object.keys(template).length} of 450 resources`);
  });

  it('has for each event type a queue, its redrive, a mapping, a function and a role, the added one included (protocol: receives-are-a-net)', () => {
    expect(types.map(({ definition }) => definition.type)).toContain(ADDED);
    for (const { definition, ordered } of types) {
      const { type, queue, handleBatch } = definition;
      const stem = pascalCase(type);
      const consumer = upperFirst(consumerName(type));
      const joint = !handleBatch && queue.commit === 'joint' ? Math.ceil(queue.timeout / 3) : 0;
      const timeout = (handleBatch ? 2 : 1) * queue.timeout + joint + 10;

      expect(resource(`${stem}Queue`), type).toMatchObject({
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: `sluice-dev-${queueSuffix(type, ordered)}`,
          VisibilityTimeout: 6 * timeout + queue.batchWindow,
          MessageRetentionPeriod: 7 * DAY,
          SqsManagedSseEnabled: true,
          RedrivePolicy: {
            deadLetterTargetArn: arn(ordered ? 'FifoDeadLetterQueue' : 'DeadLetterQueue'),
            maxReceiveCount: 1000,
          },
        },
      });
      expect(fifoOf(resource(`${stem}Queue`)), type).toEqual(ordered ? FIFO : NOT_FIFO);

      const lambda = resource(`${consumer}LambdaFunction`);
      expect(lambda.Properties, type).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Timeout: timeout,
        Role: arn(`${consumer}Role`),
        Environment: { Variables: { EVENT_TYPE: type, STAGE: 'dev' } },
      });

      const mapping = resource(`${consumer}EventSourceMappingSQS${stem}Queue`).Properties;
      expect(mapping, type).toMatchObject({
        EventSourceArn: arn(`${stem}Queue`),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BatchSize: queue.batchSize,
        ScalingConfig: { MaximumConcurrency: queue.concurrency },
      });
      expect(mapping.MaximumBatchingWindowInSeconds, type).toBe(ordered ? undefined : queue.batchWindow);

      expect(rights(`${consumer}Role`), type).toEqual({
        Log: { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [arn(`${consumer}LogGroup`)] },
        Consume: { actions: POLL, resources: [arn(`${stem}Queue`)] },
        PutOff: { actions: ['sqs:ChangeMessageVisibility'], resources: [arn(`${stem}Queue`)] },
        DeadLetter: {
          actions: ['sqs:SendMessage'],
          resources: [arn(ordered ? 'FifoDeadLetterQueue' : 'DeadLetterQueue')],
        },
        ...addresses('redis-url', 'mongodb-uri'),
        ...ownRights(definition),
      });
    }
    const mappings = ofType('AWS::Lambda::EventSourceMapping');
    expect(mappings).toHaveLength(types.length + 3);
  });

  it('retention of the DLQ: keeps dead letters longer than their sources keep them, and hands both queues to one function (protocol: retention)', () => {
    for (const [id, ordered] of [
      ['DeadLetterQueue', false],
      ['FifoDeadLetterQueue', true],
    ] as const) {
      expect(resource(id).Properties).toMatchObject({ MessageRetentionPeriod: 14 * DAY, SqsManagedSseEnabled: true });
      expect(fifoOf(resource(id))).toEqual(ordered ? FIFO : NOT_FIFO);
      expect(resource(id).Properties).not.toHaveProperty('RedrivePolicy');
      expect(resource(`DeadLetterEventSourceMappingSQS${id}`).Properties).toMatchObject({
        EventSourceArn: arn(id),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      });
    }
    expect(rights('DeadLetterRole').Consume?.resources).toEqual([arn('DeadLetterQueue'), arn('FifoDeadLetterQueue')]);
  });

  it('keeps the message of a replay of many for as long as SQS can, and hands it to a function that outlives no visibility', () => {
    expect(resource('ReplaysQueue').Properties).toMatchObject({
      MessageRetentionPeriod: 14 * DAY,
      VisibilityTimeout: 360,
      SqsManagedSseEnabled: true,
    });
    expect(resource('ReplaysQueue').Properties).not.toHaveProperty('RedrivePolicy');
    expect(resource('BulkReplayEventSourceMappingSQSReplaysQueue').Properties).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    expect(resource('BulkReplayLambdaFunction').Properties).toMatchObject({ Timeout: 60 });
  });

  it('lets a dead-letter queue take messages from the queues of its own kind alone', () => {
    const sources = (ordered: boolean) =>
      types
        .filter((entry) => entry.ordered === ordered)
        .map(({ definition }) => `sluice-dev-${queueSuffix(definition.type, ordered)}`)
        .sort();
    for (const [id, ordered] of [
      ['DeadLetterQueue', false],
      ['FifoDeadLetterQueue', true],
    ] as const) {
      const { redrivePermission, sourceQueueArns } = resource(id).Properties.RedriveAllowPolicy as {
        redrivePermission: string;
        sourceQueueArns: { 'Fn::Sub': string }[];
      };
      expect(redrivePermission).toBe('byQueue');
      expect(sourceQueueArns.map((one) => one['Fn::Sub'].split(':').at(-1)).sort()).toEqual(sources(ordered));
    }
  });

  it('has for every queue one policy, which wants TLS and names who may send (protocol: letters-by-sender)', () => {
    const policies = ofType('AWS::SQS::QueuePolicy').map(([, { Properties }]) => Properties);
    const named = policies.flatMap(({ Queues }) => (Queues as { Ref: string }[]).map(({ Ref }) => Ref));
    expect(named.toSorted()).toEqual(
      ofType('AWS::SQS::Queue')
        .map(([id]) => id)
        .toSorted(),
    );
    for (const { PolicyDocument } of policies)
      expect(PolicyDocument).toMatchObject({ Statement: [{ Sid: 'OnlyOverTls' }, { Sid: 'OnlyTheseSend' }] });
  });

  it('gives every function a role of its own in which nothing is a wildcard', () => {
    const functions = ofType('AWS::Lambda::Function');
    const roles = functions.map(([, { Properties }]) => JSON.stringify(Properties.Role));
    expect(new Set(roles).size).toBe(functions.length);
    expect(ofType('AWS::IAM::Role')).toHaveLength(functions.length);
    for (const [id, role] of ofType('AWS::IAM::Role')) {
      for (const statement of statementsOf(role)) {
        expect(JSON.stringify(statement.Action), id).not.toContain('*');
        // Resources of a permission are those that its event file names.
        if (!statement.Sid.startsWith('Permission')) expect(JSON.stringify(statement), id).not.toContain('*');
      }
      expect(role.Properties, id).not.toHaveProperty('ManagedPolicyArns');
    }
  });

  it('has the database before every function that has its address, and before whatever hands these messages', () => {
    expect(resource('DatabaseSetup').Properties).toMatchObject({
      ServiceToken: arn('SetupLambdaFunction'),
      Server: 'secret:sluice/dev/mongodb-uri',
    });
    const functions = ofType('AWS::Lambda::Function').filter(([id]) => id !== 'SetupLambdaFunction');
    const asking = functions.filter(([, { Properties }]) =>
      JSON.stringify(Properties.Environment).includes('MONGODB_URI'),
    );
    const waiting = functions.filter(([, { DependsOn }]) => DependsOn?.includes('DatabaseSetup'));
    expect(waiting.map(([id]) => id)).toEqual(asking.map(([id]) => id));
    expect(waiting.length).toBeGreaterThan(types.length);
    const handed = ofType('AWS::Lambda::EventSourceMapping').map(([, { Properties }]) => Properties.FunctionName);
    const waitingArns = waiting.map(([id]) => JSON.stringify(arn(id)));
    expect(handed.filter((name) => !waitingArns.includes(JSON.stringify(name)))).toEqual([]);
    expect(JSON.stringify(resource('SetupLambdaFunction').DependsOn)).not.toContain('DatabaseSetup');
  });

  it('is made of what the role of a pipeline may make', () => {
    const makes: Record<string, string> = {
      'AWS::ApiGatewayV2::Api': 'apigateway:POST',
      'AWS::ApiGatewayV2::Authorizer': 'apigateway:POST',
      'AWS::ApiGatewayV2::Integration': 'apigateway:POST',
      'AWS::ApiGatewayV2::Route': 'apigateway:POST',
      'AWS::ApiGatewayV2::Stage': 'apigateway:POST',
      'AWS::CloudWatch::Alarm': 'cloudwatch:PutMetricAlarm',
      'AWS::CloudWatch::CompositeAlarm': 'cloudwatch:PutCompositeAlarm',
      'AWS::CloudWatch::Dashboard': 'cloudwatch:PutDashboard',
      'AWS::Events::Rule': 'events:PutRule',
      'AWS::IAM::Role': 'iam:CreateRole',
      'AWS::Lambda::EventSourceMapping': 'lambda:CreateEventSourceMapping',
      'AWS::Lambda::Function': 'lambda:CreateFunction',
      'AWS::Lambda::Permission': 'lambda:AddPermission',
      'AWS::Logs::LogGroup': 'logs:CreateLogGroup',
      'AWS::S3::Bucket': 's3:CreateBucket',
      'AWS::S3::BucketPolicy': 's3:PutBucketPolicy',
      'AWS::SNS::Subscription': 'sns:Subscribe',
      'AWS::SNS::Topic': 'sns:CreateTopic',
      'AWS::SNS::TopicPolicy': 'sns:SetTopicAttributes',
      'AWS::SQS::Queue': 'sqs:CreateQueue',
      'AWS::SQS::QueuePolicy': 'sqs:SetQueueAttributes',
      'Custom::DatabaseSetup': 'lambda:InvokeFunction',
    };
    const role = readFileSync(join(import.meta.dirname, '../../deploy/pipeline/roles.yml'), 'utf8');
    const kinds = [...new Set(Object.values(template).map(({ Type }) => Type))].sort();
    const not = kinds.filter((kind) => !new RegExp(`\\b${makes[kind] ?? `none for ${kind}`}\\b`).test(role));
    expect(not).toEqual([]);
    expect(kinds.length).toBeGreaterThan(10);
  });

  it('lets only ingest and the failure desk publish, and only to the queues of event types', () => {
    const Log = expect.anything();
    const publishTo = (...more: string[]) => ({
      actions: ['sqs:SendMessage'],
      resources: [
        ...types.map(({ definition }) => arn(`${pascalCase(definition.type)}Queue`)).sort(byText),
        ...more.map(arn),
      ],
    });
    expect(rights('IngestRole')).toEqual({ Log, Publish: publishTo(), ...addresses('redis-url') });
    const both = addresses('redis-url', 'mongodb-uri');
    expect(rights('ReplayRole')).toEqual({ Log, Publish: publishTo('ReplaysQueue'), ...both });
    expect(rights('BulkReplayRole')).toEqual({
      Log,
      ...both,
      Publish: publishTo(),
      Consume: { actions: POLL, resources: [arn('ReplaysQueue')] },
      PutOff: { actions: ['sqs:ChangeMessageVisibility'], resources: [arn('ReplaysQueue')] },
    });
    for (const id of ['QueryRole', 'FailuresRole', 'CatalogueRole', 'SetupRole'])
      expect(Object.keys(rights(id))).toEqual(['Log', 'Addresses']);
    expect(rights('CatalogueRole')).toMatchObject(addresses('redis-url'));
    expect(rights('SetupRole')).toMatchObject(addresses('mongodb-uri'));
  });

  it('gives an event type its settings: the value of the stage, of a secret the name of its parameter, and says what has none', () => {
    const { Variables } = resource(`${upperFirst(consumerName(ADDED))}LambdaFunction`).Properties.Environment as {
      Variables: Record<string, unknown>;
    };
    expect(Object.fromEntries(Object.entries(Variables).filter(([name]) => name.startsWith('LEDGER')))).toEqual({
      LEDGER_KEY: '/sluice/dev/LEDGER_KEY',
      LEDGER_URL,
    });
    expect(text.split('LEDGER_URL')).toHaveLength(2);
    expect(packaged.output).toContain(
      `functions/events/${ADDED}.ts: LEDGER_BOOK is missing; its events will wait: --param='LEDGER_BOOK=…'`,
    );
    expect(packaged.output).not.toMatch(/LEDGER_(KEY|URL)/);
  });

  it('has no secret in it, only the names of some', () => {
    expect(text).not.toMatch(/mongodb(\+srv)?:\/\/|rediss?:\/\/|AKIA[0-9A-Z]{16}|\{\{resolve:/);
    const variables = (id: string) =>
      (resource(id).Properties.Environment as { Variables: Record<string, unknown> }).Variables;
    expect(variables('QueryLambdaFunction')).toMatchObject({
      MONGODB_URI: 'secret:sluice/dev/mongodb-uri',
      REDIS_URL: 'secret:sluice/dev/redis-url',
    });
    expect(variables('IngestLambdaFunction')).not.toHaveProperty('MONGODB_URI');
    expect(variables('CatalogueLambdaFunction')).not.toHaveProperty('MONGODB_URI');
  });

  it('has the authorizer before every route but GET /health', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => ({
      route: String(Properties.RouteKey),
      authorization: Properties.AuthorizationType ?? 'NONE',
    }));
    expect(routes.map(({ route }) => route).sort()).toEqual([
      'DELETE /keys/{id}',
      'DELETE /replays/{id}',
      'GET /asyncapi.json',
      'GET /audit',
      'GET /event-types',
      'GET /events',
      'GET /events/{id}',
      'GET /failures',
      'GET /failures/groups',
      'GET /failures/{id}',
      'GET /health',
      'GET /keys',
      'GET /openapi.json',
      'GET /replays',
      'GET /replays/{id}',
      'GET /tenants/{tenant}',
      'GET /whoami',
      'POST /events',
      'POST /failures/{id}/discard',
      'POST /failures/{id}/replay',
      'POST /keys',
      'POST /keys/{id}/rotate',
      'POST /replays',
      'PUT /tenants/{tenant}',
    ]);
    expect(routes.filter(({ authorization }) => authorization !== 'CUSTOM')).toEqual([
      { route: 'GET /health', authorization: 'NONE' },
    ]);
    const [[id, authorizer] = [], ...others] = ofType('AWS::ApiGatewayV2::Authorizer');
    expect(others).toEqual([]);
    expect(authorizer?.Properties).toMatchObject({
      AuthorizerType: 'REQUEST',
      AuthorizerPayloadFormatVersion: '2.0',
      EnableSimpleResponses: true,
      IdentitySource: ['$request.header.Authorization'],
      AuthorizerResultTtlInSeconds: 60,
    });
    const standing = ofType('AWS::ApiGatewayV2::Route').flatMap(([, { Properties }]) => Properties.AuthorizerId ?? []);
    expect(new Set(standing.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify({ Ref: id })]));
    // The gateway may invoke it.
    const may = ofType('AWS::Lambda::Permission').filter(([, one]) =>
      JSON.stringify(one).includes('"AuthorizerLambda'),
    );
    expect(may).toHaveLength(1);
  });

  it('throttles the stage and who has no key, and logs who asked without addresses', () => {
    const [[, stage] = []] = ofType('AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 5000 },
      RouteSettings: { 'GET /health': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 } },
      AccessLogSettings: { Format: expect.stringContaining('$context.authorizer.keyName') },
    });
    expect(stage).toMatchObject({ DependsOn: expect.arrayContaining(['HttpApiRouteGetHealth']) });
  });

  it('lies in a bucket that nobody else reaches, and bears its service and stage', () => {
    const tags = { service: 'sluice', stage: 'dev' };
    const listed = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    expect(resource('ServerlessDeploymentBucket').Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        ...{ BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      },
      BucketEncryption: { ServerSideEncryptionConfiguration: [expect.anything()] },
      Tags: listed,
    });
    expect(resource('ServerlessDeploymentBucketPolicy').Properties.PolicyDocument).toMatchObject({
      Statement: [{ Action: 's3:*', Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': false } } }],
    });
    for (const [id, { Properties }] of ofType('AWS::Lambda::Function'))
      expect(Properties.Tags, id).toEqual(expect.arrayContaining(listed));
    // The framework hands these on to the stack, and CloudFormation to all that it makes.
    const state = JSON.parse(readFileSync(join(project.folder, '.serverless/serverless-state.json'), 'utf8'));
    expect(state.service.provider.stackTags).toEqual(tags);
  });

  it('answers no other origin unless the stage names it', () => {
    const [[, api] = []] = ofType('AWS::ApiGatewayV2::Api');
    expect(api?.Properties).toMatchObject({ CorsConfiguration: { AllowOrigins: ['https://site.example'] } });
  });

  it('keeps queues and logs where the stage says so, whatever deletes or replaces them, and nothing else', () => {
    const kept = Object.entries(template).filter(([, one]) => 'DeletionPolicy' in one || 'UpdateReplacePolicy' in one);
    const holding = [...ofType('AWS::SQS::Queue'), ...ofType('AWS::Logs::LogGroup')];
    expect(kept.map(([id]) => id).toSorted()).toEqual(holding.map(([id]) => id).toSorted());
    for (const [id, one] of kept)
      expect(one, id).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('keeps logs for as long as the stage says, and no old versions of functions', () => {
    for (const [id, { Properties }] of ofType('AWS::Logs::LogGroup')) expect(Properties.RetentionInDays, id).toBe(30);
    expect(ofType('AWS::Logs::LogGroup')).toHaveLength(ofType('AWS::Lambda::Function').length + 1);
    expect(ofType('AWS::Lambda::Version')).toEqual([]);
  });

  it('packages with a bundle the licences of what is in it, and its source maps', () => {
    const folder = join(project.folder, '.serverless');
    const zips = readdirSync(folder).filter((file) => file.endsWith('.zip'));
    expect(zips.length).toBeGreaterThan(types.length);
    // The names of its files stand in a zip as they are.
    const has = (zip: string, name: string) => readFileSync(join(folder, zip)).includes(name);
    expect(zips.filter((zip) => !has(zip, NOTICES))).toEqual([]);
    expect(zips.filter((zip) => !has(zip, '.mjs.map'))).toEqual([]);
    expect(zips.filter((zip) => !has(zip, CA_FILE))).toEqual([]);
    for (const [id, { Properties }] of ofType('AWS::Lambda::Function'))
      expect(Properties.Environment, id).toMatchObject({ Variables: { NODE_EXTRA_CA_CERTS: `/var/task/${CA_FILE}` } });
  });

  it('packages the driver of secrets for the event types that have one, and for no other function', () => {
    const folder = join(project.folder, '.serverless');
    const having = readdirSync(folder).filter(
      (file) => file.endsWith('.zip') && readFileSync(join(folder, file)).includes('/parameter-store-'),
    );
    const expected = types.filter(({ definition: { env } }) => secretNames(env).length > 0);
    expect(having.toSorted()).toEqual(
      expected.map(({ definition: { type } }) => `${consumerName(type)}.zip`).toSorted(),
    );
  });

  it('documents the added type: the packaged catalogue function answers with it', () => {
    const variables = {
      ...{ SERVICE: 'sluice', STAGE: 'dev', EVENT_TYPES: ADDED, REDIS_URL: 'rediss://127.0.0.1:1' },
      QUEUE_URL_PREFIX: 'https://sqs.example/1/sluice-dev-',
    };
    const sent = { method: 'GET', path: '/openapi.json', ...keyOf('acme', 'catalogue:read') };
    const { status, body } = callPackaged(project, 'catalogue', variables, sent);
    expect(status).toBe(200);
    expect(body).toMatchObject({ components: { schemas: { [`${ADDED}.data`]: { required: ['name'] } } } });
  });
});

/** To read these secrets of the stage, and no other. */
const addresses = (...names: string[]) => ({
  Addresses: {
    actions: ['secretsmanager:GetSecretValue'],
    resources: names.map((name) => ({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
      'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:sluice/dev/'.concat(
        name,
        '-??????',
      ),
    })),
  },
});

/** What an event file asks for beside what every type gets. */
function ownRights({ env, permissions }: EventDefinition) {
  const secrets = secretNames(env).map((name) => ({
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in
    'Fn::Sub': 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/sluice/dev/'.concat(name),
  }));
  return {
    ...(secrets.length > 0 && { Secrets: { actions: ['ssm:GetParameters'], resources: secrets } }),
    ...Object.fromEntries(permissions.map((permission, index) => [`Permission${index + 1}`, permission])),
  };
}

const FIFO = { FifoQueue: true, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
const NOT_FIFO = {};
const fifoOf = ({ Properties }: Resource) =>
  Object.fromEntries(Object.keys(FIFO).flatMap((name) => (name in Properties ? [[name, Properties[name]]] : [])));
const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
