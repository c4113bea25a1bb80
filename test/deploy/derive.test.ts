import { describe, expect, it } from 'vitest';
import { environmentOf } from '../../deploy/environment.ts';
import { parseSettings } from '../../deploy/settings.ts';
import { derive } from '../../deploy/template.ts';
import { MAX_DATABASE_NAME_BYTES } from '../../lib/core/config.ts';
import { openApi } from '../../lib/http/api-documents/openapi.ts';
import { httpFunctions } from '../../lib/wiring/functions/http-functions.ts';
import { catalogueOfTypes } from '../support/definitions.ts';

const settings = (over: Record<string, unknown> = {}) => ({
  service: 'sluice',
  stage: 'dev',
  origins: [],
  vpc: null,
  alarmTopic: null,
  environment: { MONGODB_URI: 'mongodb+srv://example/', REDIS_URL: 'rediss://example/' },
  ...over,
});
const derived = (over: Record<string, unknown> = {}, types = ['parcel.sent', 'parcel.moved.ordered']) =>
  derive(settings(over), catalogueOfTypes(types));
const routesOf = ({ functions }: Awaited<ReturnType<typeof derived>>) =>
  Object.values(functions).flatMap(({ events }) =>
    events.flatMap((event) => ('httpApi' in event ? [event.httpApi] : [])),
  );

describe('what follows from the catalogue', () => {
  it('has the authorizer before every route but GET /health, and leaves it to the gateway of this machine on stage local', async () => {
    const local = await derived({ stage: 'local' });
    expect(local.authorizers).toEqual({});
    for (const { authorizer } of routesOf(local)) expect(authorizer).toBeUndefined();
    const { authorizers, functions, ...others } = await derived({ stage: 'pr12' });
    const routes = routesOf({ authorizers, functions, ...others });
    expect(routes.filter(({ authorizer }) => authorizer === undefined)).toEqual([{ method: 'GET', path: '/health' }]);
    const named = new Set(routes.flatMap(({ authorizer }) => (authorizer ? [authorizer.name] : [])));
    expect([...named]).toEqual(Object.keys(authorizers));
    expect(authorizers).toEqual({
      keys: {
        type: 'request',
        functionName: 'authorizer',
        payloadVersion: '2.0',
        enableSimpleResponses: true,
        identitySource: ['$request.header.Authorization'],
        resultTtlInSeconds: 60,
      },
    });
    expect(functions.authorizer).toMatchObject({ events: [], timeout: 10 });
  });

  it('remembers who a key is as long as the stage says, and tells that to whoever says it to people', async () => {
    expect((await derived({ authorizerTtl: 5 })).authorizers.keys?.resultTtlInSeconds).toBe(5);
    expect(
      environmentOf({ needs: ['AUTHORIZER_CACHE_SECONDS'] }, [], parseSettings(settings({ authorizerTtl: 5 }))),
    ).toMatchObject({ AUTHORIZER_CACHE_SECONDS: '5' });
    for (const authorizerTtl of [3601, -1, 'long'])
      await expect(derived({ authorizerTtl })).rejects.toThrow('deploy/stages/dev.yml: authorizerTtl');
  });

  it('lets in as many requests as the stage says, and few of whoever has no key', async () => {
    const given = { throttle: { rate: 7, burst: 9 }, healthThrottle: { rate: 1, burst: 2 } };
    const { resources } = await derived(given);
    expect(resources.extensions?.HttpApiStage.Properties).toEqual({
      DefaultRouteSettings: { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 },
      RouteSettings: { 'GET /health': { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 } },
    });
    expect((await derived({ stage: 'local' })).resources.extensions).toBeUndefined();
  });

  it('logs who asked by the name of the key, in one line of JSON without addresses', async () => {
    const { accessLog } = await derived();
    const line = JSON.parse(accessLog ? accessLog.format : '');
    expect(line).toMatchObject({ key_name: '$context.authorizer.keyName', api_request_id: '$context.requestId' });
    expect(JSON.stringify(line)).not.toMatch(/sourceIp|identity\.|header|path|query/i);
    expect((await derived({ stage: 'local' })).accessLog).toBe(false);
  });

  it('routes exactly what the OpenAPI document describes', async () => {
    const { paths } = openApi(catalogueOfTypes(['parcel.sent']), httpFunctions, 'open') as {
      paths: Record<string, object>;
    };
    // Of a route that is asked in several ways each has a path there.
    const routeOf = (path: string) => path.replace(/#.*/, '').replace(/~$/, '{id}');
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${routeOf(path)}`),
    );
    const routed = routesOf(await derived()).map(({ method, path }) => `${method} ${path}`);
    expect(routed.toSorted()).toEqual([...new Set(described)].toSorted());
  });

  it('hides a message for six runs of its consumer', async () => {
    const { resources, functions } = await derived();
    expect(resources.Resources.ParcelSentQueue?.Properties.VisibilityTimeout).toBe(
      6 * (functions.onParcelSent?.timeout ?? 0),
    );
  });

  it('lets browsers of the named origins send what the contract knows and read what it answers', async () => {
    const { cors } = await derived({ origins: ['https://site.example'] });
    expect(cors).toMatchObject({
      allowedOrigins: ['https://site.example'],
      allowedMethods: ['GET', 'POST', 'PUT', 'DELETE'],
      allowedHeaders: expect.arrayContaining(['Authorization', 'Prefer', 'Idempotency-Key', 'traceparent', 'ce-id']),
      exposedResponseHeaders: [
        'Location',
        'Retry-After',
        'Preference-Applied',
        'Link',
        'RateLimit',
        'RateLimit-Policy',
      ],
    });
    expect((await derived()).cors).toBe(false);
  });

  it('lets no page call on stage local that is not of this machine, unless it is named', async () => {
    const { cors } = await derived({ stage: 'local' });
    expect(cors).toMatchObject({
      allowedOrigins: ['http://localhost:*'],
      allowedMethods: ['GET', 'POST', 'PUT', 'DELETE'],
    });
  });

  it('puts functions into a VPC, and lets Lambda but not their code make network interfaces', async () => {
    const vpc = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    const { functions, resources } = await derived({ vpc });
    for (const [key, one] of Object.entries(functions)) expect(one.vpc, key).toEqual(vpc);
    expect(resources.Resources.IngestRole?.Properties.Policies).toMatchObject([
      {
        PolicyDocument: {
          Statement: [
            { Sid: 'Log' },
            { Sid: 'Publish' },
            { Sid: 'JoinVpc', Effect: 'Allow' },
            {
              Sid: 'NotFromCode',
              Effect: 'Deny',
              Condition: { ArnEquals: { 'lambda:SourceFunctionArn': [expect.anything()] } },
            },
          ],
        },
      },
    ]);
    for (const one of Object.values((await derived()).functions)) expect(one).not.toHaveProperty('vpc');
  });

  it('watches every type for failures, age and standstill, dead letters that stay, functions, API and failures that stay open', async () => {
    const { resources, functions } = await derived({ alarmTopic: 'arn:aws:sns:eu-central-1:1:alarms' });
    const alarms = Object.entries(resources.Resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
    expect(alarms.map(([id]) => id).toSorted()).toEqual(
      [
        ...[
          'ApiErrorsAlarm',
          'IngestSlowAlarm',
          'OpenFailuresAlarm',
          'OutageAlarm',
          'ReplaysQueueAlarm',
          'UnreadableFailuresAlarm',
        ],
        ...['ParcelSentQueue', 'ParcelMovedOrderedQueue'].flatMap((id) =>
          ['Old', 'Slow', 'Stalled', 'Failures'].map((what) => `${id}${what}Alarm`),
        ),
        ...['DeadLetterQueueAlarm', 'FifoDeadLetterQueueAlarm'],
        ...Object.keys(functions).map((key) => `${key.charAt(0).toUpperCase()}${key.slice(1)}FunctionAlarm`),
      ].toSorted(),
    );
    for (const [id, { Properties }] of alarms)
      expect(Properties.AlarmActions, id).toEqual(['arn:aws:sns:eu-central-1:1:alarms']);
  });

  it('names queues as alarms do, whatever the stage', async () => {
    const { resources } = await derived({ stage: 'prod' });
    const names = Object.values(resources.Resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::SQS::Queue' ? [Properties.QueueName] : [],
    );
    const watched = JSON.stringify(Object.values(resources.Resources).filter(({ Type }) => Type.endsWith('::Alarm')));
    for (const name of names) expect(watched).toContain(`"Value":"${name}"`);
  });

  it('lists ten source queues at a dead-letter queue, and leaves it to the account beyond: SQS takes no more', async () => {
    const types = (count: number) => Array.from({ length: count }, (_, n) => `order.v${n}`);
    const policy = async (count: number) =>
      (await derived({}, types(count))).resources.Resources.DeadLetterQueue?.Properties.RedriveAllowPolicy;
    expect(await policy(10)).toMatchObject({ redrivePermission: 'byQueue', sourceQueueArns: { length: 10 } });
    expect(await policy(11)).toEqual({ redrivePermission: 'allowAll' });
  });

  it('is what every service has, and no right without a queue, when there is no type', async () => {
    const { functions, resources } = await derived({}, []);
    expect(Object.keys(functions).toSorted()).toEqual([
      'authorizer',
      'bulkReplay',
      'catalogue',
      'countFailures',
      'deadLetter',
      'failures',
      'health',
      'ingest',
      'keys',
      'query',
      'replay',
      'setup',
    ]);
    for (const { environment } of Object.values(functions))
      if ('EVENT_TYPES' in environment) expect(environment.EVENT_TYPES).toBe('');
    const sids = (id: string) => JSON.stringify(resources.Resources[id]).match(/(?<="Sid":")\w+/g);
    expect(sids('IngestRole')).toEqual(['Log']);
    expect(sids('KeysRole')).toEqual(['Log']);
    expect(sids('ReplayRole')).toEqual(['Log', 'Publish']);
    expect(sids('BulkReplayRole')).toEqual(['Log', 'Consume', 'PutOff']);
    expect(JSON.stringify(resources)).not.toContain('[]');
  });

  it.each(['a', 'dev', 'pr12', `p${'9'.repeat(19)}`])('takes %s for the name of a stage', async (stage) => {
    expect((await derived({ stage })).functions.ingest?.name).toBe(`sluice-${stage}-ingest`);
  });

  it('takes a service and a stage that together are the longest name of a database', async () => {
    const service = 's'.repeat(MAX_DATABASE_NAME_BYTES - '_dev'.length);
    expect((await derived({ service })).functions.ingest?.name).toBe(`${service}-dev-ingest`);
    await expect(derived({ service: `${service}s` })).rejects.toThrow(
      `deploy/stages/dev.yml: "${service}s_dev" (<service>_<stage>) has 39 characters; a database's name has 38 at most`,
    );
  });

  const stage = /: stage must be \[a-z\]\[a-z0-9\]\{0,19\}/;
  const refused: [string, Record<string, unknown>, string[], RegExp][] = [
    [
      'a setting of the wrong kind',
      { alarmTopic: 'topic' },
      ['a.b'],
      /deploy\/stages\/dev\.yml: alarmTopic must be the ARN/,
    ],
    ...['', 'Dev', 'pr-12', '1st', 'a_b', 'ä', `p${'9'.repeat(20)}`].map((name): (typeof refused)[number] => [
      `the stage "${name}"`,
      { stage: name },
      ['a.b'],
      stage,
    ]),
    ['an unknown setting', { colour: 'red' }, ['a.b'], /colour is no setting of a stage/],
    ['a VPC without subnets', { vpc: { subnetIds: [], securityGroupIds: ['sg-1'] } }, ['a.b'], /vpc\.subnetIds/],
    ['a variable that no function reads', { environment: { REDIS_URI: 'x' } }, ['a.b'], /REDIS_URI: no function reads/],
    ['a type whose function name is too long', {}, [`a.${'b'.repeat(57)}`], /has 7\d characters, AWS allows 64/],
    ['two types with one queue id', {}, ['a1.b', 'a.1.b'], /A1BQueue is already taken by functions\/events\/a/],
    ['a type named like a queue of ours', {}, ['dead.letters'], /sluice-dev-dead-letters is already taken by Sluice/],
  ];
  it.each(refused)('refuses %s in one line that says where', async (_, over, types, message) => {
    const fault = await derived(over, types).catch((error: Error) => error);
    expect(fault).toBeInstanceOf(Error);
    expect((fault as Error).message).toMatch(message);
    expect((fault as Error).message).not.toContain('\n');
  });
});
