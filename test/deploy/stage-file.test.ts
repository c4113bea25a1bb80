import { describe, expect, it } from 'vitest';
import { parseSettings } from '../../deploy/settings.ts';
import { stageFileOf, stageSettings } from '../../deploy/stage-file.ts';
import { derive } from '../../deploy/template.ts';
import { CONNECTIONS } from '../../lib/core/connections.ts';
import { catalogueOfTypes } from '../support/definitions.ts';

const content = {
  origins: [],
  memory: 1024,
  logs: { level: 'info', retentionDays: 30 },
  retain: false,
  authorizerTtl: 60,
  throttle: { rate: 100, burst: 50 },
  healthThrottle: { rate: 10, burst: 20 },
  secrets: { mongodbUri: 'sluice/dev/mongodb-uri', redisUrl: 'sluice/dev/redis-url' },
};
const settingsOf = (over: Record<string, unknown> = {}, parameters: readonly string[] = [], stage = 'dev') =>
  stageSettings({ service: 'sluice', stage, content: { ...content, ...over }, parameters });
const derived = (over: Record<string, unknown> = {}, parameters: readonly string[] = []) =>
  derive(settingsOf(over, parameters), catalogueOfTypes(['parcel.sent', 'parcel.moved.ordered']));
const faultOf = (over: Record<string, unknown>, parameters: readonly string[] = [], stage = 'dev') => {
  try {
    settingsOf(over, parameters, stage);
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
};
const derivedFault = async (over: Record<string, unknown>) =>
  await derived(over).then(
    () => undefined,
    (error: Error) => error.message,
  );

const domain = { name: 'events.example.com', certificateArn: 'arn:aws:acm:eu-central-1:1:certificate/a' };
const topic = 'arn:aws-cn:sns:cn-north-1:123456789012:alarms';

describe('the file of a stage', () => {
  it('is named after it; that of previews is one for all', () => {
    expect(['local', 'dev', 'staging', 'prod', 'pr12'].map((stage) => stageFileOf(stage))).toEqual([
      'deploy/stages/local.yml',
      'deploy/stages/dev.yml',
      'deploy/stages/staging.yml',
      'deploy/stages/prod.yml',
      'deploy/stages/preview.yml',
    ]);
  });

  it('is missing: that is said, with those that there are, and no path is made of a name that is none', () => {
    expect(() => stageFileOf('qa')).toThrow(
      /^deploy\/stages\/qa\.yml is missing: .* dev, local, preview, prod, staging$/,
    );
    for (const name of ['', '../dev', 'pr-1']) expect(() => stageFileOf(name)).toThrow('must be [a-z][a-z0-9]{0,19}');
  });

  it('names layers that take spans: versions of layers, variables of OpenTelemetry, and no credentials', async () => {
    const layer = 'arn:aws:lambda:eu-central-1:184161586896:layer:opentelemetry-nodejs-0_20_0:1';
    const collector = 'arn:aws-cn:lambda:cn-north-1:184161586896:layer:collector:2';
    const given = [`tracing.layers=${layer},${collector}`, 'tracing.environment.OTEL_TRACES_SAMPLER=always_on'];
    expect(settingsOf({ tracing: { layers: ['x'] } }, given).tracing).toEqual({
      layers: [layer, collector],
      environment: { OTEL_TRACES_SAMPLER: 'always_on' },
    });
    for (const [wrong, fault] of [
      [{}, 'tracing.layers is missing'],
      [{ layers: [] }, 'tracing.layers '],
      [{ layers: [layer.slice(0, -2)] }, 'tracing.layers.0 must be the ARN of a version of a layer: arn:aws:lambda:'],
      [{ layers: [layer.replace(':lambda:', ':sns:')] }, 'tracing.layers.0 must be the ARN of a version of a layer'],
      [{ layers: [layer, layer.replace(/1$/, '2')] }, 'tracing.layers must name each layer once'],
      [{ layers: [layer], wrapper: 'otel-handler' }, 'tracing.wrapper must be a script of a layer'],
      [{ layers: [layer], environment: { STAGE: 'x' } }, 'tracing.environment.STAGE must be a variable of'],
      [{ layers: [layer], environment: { OTEL_EXPORTER_OTLP_HEADERS: 'key' } }, 'HEADERS has credentials'],
      [
        { layers: [layer], environment: { OTEL_ENDPOINT: 'https://u:p@otlp.example' } },
        'OTEL_ENDPOINT has credentials',
      ],
    ] as const)
      expect(faultOf({ tracing: wrong })).toContain(fault);
  });

  it('names secrets, which functions read', () => {
    expect(settingsOf({ secrets: { ...content.secrets, mongodbReadUri: 'one:SecretString:read' } })).toMatchObject({
      service: 'sluice',
      stage: 'dev',
      mongodbReadUri: 'secret:one:SecretString:read',
      environment: {
        MONGODB_URI: 'secret:sluice/dev/mongodb-uri',
        REDIS_URL: 'secret:sluice/dev/redis-url',
      },
    });
  });

  it('of this machine has no secret and no setting of an event type: npm start and .env files have them', () => {
    const { secrets: _, ...here } = content;
    expect(() =>
      parseSettings(stageSettings({ service: 'sluice', stage: 'local', content: here, parameters: [] })),
    ).not.toThrow();
    expect(faultOf({}, [], 'local')).toBe('deploy/stages/local.yml: secrets is no setting of a stage');
    expect(faultOf({ secrets: null }, ['PARTNER_URL=x'], 'local')).toBe(
      '--param PARTNER_URL: is no setting of a stage',
    );
  });

  it.each(Object.keys(content))('without %s ends the packaging with that name', (key) => {
    for (const missing of [undefined, null])
      expect(faultOf({ [key]: missing })).toBe(`deploy/stages/dev.yml: ${key} is missing`);
  });

  it.each([
    [{ orgins: [] }, 'orgins is no setting of a stage; did you mean origins?'],
    [{ logs: { levl: 'info', retentionDays: 30 } }, 'logs.levl is no setting of a stage; did you mean level?'],
    [{ throttle: { colour: 1 } }, 'throttle.colour is no setting of a stage; throttle has rate, burst'],
    [
      { functions: { ingest: { memroy: 1 } } },
      'functions.ingest.memroy is no setting of a stage; did you mean memory?',
    ],
    [{ logs: { level: 'info', retentionDays: 31 } }, 'logs.retentionDays must be one of 1, 3, 5'],
    [{ domain: { name: 'events.example.com' } }, 'domain.certificateArn is missing'],
    [{ memory: 64 }, 'memory Too small'],
    [{ secrets: { ...content.secrets, redisUrl: '{{resolve:x}}' } }, 'secrets.redisUrl must be the name of a secret'],
    [{ secrets: { ...content.secrets, redisUrl: 'rediss://u:p@h' } }, 'secrets.redisUrl must be the name of a secret'],
    [{ environment: { INGEST_CONCURRENCY: 5 } }, 'INGEST_CONCURRENCY is said by functions.ingest.reservedConcurrency'],
    [{ settings: { lower: 'x' } }, 'settings.lower must be [A-Z][A-Z0-9_]*'],
    [{ domain: { ...domain, certificateArn: topic } }, 'domain.certificateArn must be the ARN of a certificate'],
    [
      { alarmTopic: `${topic}:0f` },
      'alarmTopic must be the ARN of an SNS topic: arn:aws:sns:<region>:<account>:<name>',
    ],
    [
      { secrets: { ...content.secrets, keyArn: 'arn:aws:kms:eu-central-1:1:alias/own' } },
      'secrets.keyArn must be the ARN of a key of KMS: arn:aws:kms:<region>:<account>:key/<id>',
    ],
    [{ domain: { ...domain, hostedZoneId: '/hostedzone/Z1' } }, 'domain.hostedZoneId must be the id of a hosted zone'],
    [{ vpc: { subnetIds: ['sg-0'], securityGroupIds: ['sg-0'] } }, 'vpc.subnetIds.0 must be an id (subnet-…)'],
    [{ vpc: { subnetIds: ['subnet-0'], securityGroupIds: Array(6).fill('sg-0') } }, 'vpc.securityGroupIds Too big'],
    [{ vpc: { subnetIds: Array(17).fill('subnet-0'), securityGroupIds: ['sg-0'] } }, 'vpc.subnetIds Too big'],
  ])('is refused in one line that names file and key: %j', (over, fault) => {
    expect(faultOf(over)).toContain(fault);
    expect(faultOf(over)).toMatch(/^deploy\/stages\/dev\.yml: [^\n]*$/);
  });
});

it('takes ids and origins that CloudFormation fills in', () => {
  const vpc = { subnetIds: ['{{resolve:ssm:/net/subnet-a}}'], securityGroupIds: ['{{resolve:ssm:/net/group:3}}'] };
  const zoned = { ...domain, hostedZoneId: '{{resolve:ssm:/dns/zone}}' };
  const given = { vpc, domain: zoned, origins: ['{{resolve:ssm:/site/origin}}'] };
  expect(settingsOf(given)).toMatchObject(given);
});

it('takes origins as browsers say them, and what API Gateway takes for all', () => {
  const origins = ['*', 'https://*', 'https://site.example:8443', 'http://localhost:5173', 'capacitor://localhost'];
  expect(settingsOf({ origins }).origins).toEqual(origins);
});

it.each([
  '',
  'site.example',
  'https://site.example/',
  'https://Site.example',
  'https://site.example:443',
  'https://*.b',
])('takes no origin that no browser says: "%s"', (origin) => {
  expect(faultOf({ origins: [origin] })).toContain('origins.0 must be an origin such as https://site.example');
});

it.each([
  ['events.example.com', true],
  ['a-b.1.xn--e1afmkfd.xn--p1ai', true],
  [`${'a'.repeat(63)}.example.com`, true],
  [`${'a'.repeat(64)}.example.com`, false],
  ['-a.example.com', false],
  ['a-.example.com', false],
  ['Events.example.com', false],
  ['https://events.example.com', false],
  ['localhost', false],
])('a domain is a name of DNS: %s', (name, fits) => {
  expect(faultOf({ domain: { ...domain, name } }) === undefined).toBe(fits);
});

it.each(['SERVICE', 'STAGE', 'EVENT_TYPE', 'EVENT_TYPES', 'QUEUE_URL_PREFIX', 'LETTER_SENDERS'])(
  'takes no variable that follows from what is deployed: %s',
  (name) => {
    expect(faultOf({ environment: { [name]: 'any' } })).toContain(`environment.${name} is said by `);
  },
);

describe('parameters of the command line', () => {
  it('stand in the place of what the file says, each by the way to it', () => {
    expect(
      settingsOf({ vpc: { subnetIds: ['subnet-0'], securityGroupIds: ['sg-0'] } }, [
        'origins=https://a.example, https://b.example',
        'vpc.subnetIds=subnet-1,subnet-2',
        'memory=512',
        'retain=true',
        'throttle.rate=7',
        'functions.ingest.reservedConcurrency=50',
        'withoutTls=redis',
        'secrets.redisUrl=other',
        'environment.RATE_LIMIT=10/1',
        'PARTNER_URL=https://p.example/?a=b',
      ]),
    ).toMatchObject({
      origins: ['https://a.example', 'https://b.example'],
      vpc: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-0'] },
      memory: 512,
      retain: true,
      throttle: { rate: 7, burst: 50 },
      functions: { ingest: { reservedConcurrency: 50 } },
      withoutTls: ['redis'],
      environment: { REDIS_URL: 'secret:other', RATE_LIMIT: '10/1' },
      settings: { PARTNER_URL: 'https://p.example/?a=b' },
    });
  });

  it('empty a list', () => {
    expect(settingsOf({ origins: ['https://a.example'] }, ['origins=']).origins).toEqual([]);
    expect(faultOf({}, ['vpc.subnetIds=', 'vpc.securityGroupIds=sg-0'])).toContain('vpc.subnetIds ');
  });

  it('give what the file leaves out', () => {
    expect(faultOf({ origins: null }, ['origins=https://a.example'])).toBeUndefined();
  });

  it.each([
    ['orgins=x', '--param orgins: is no setting of a stage; did you mean origins?'],
    ['vpc=subnet-1', '--param vpc: is no setting of a stage; it has vpc.subnetIds, vpc.securityGroupIds'],
    ['memory', '--param memory: has no value; it is written memory=…'],
    ['memory=much', 'deploy/stages/dev.yml: memory '],
    ['retain=yes', 'deploy/stages/dev.yml: retain '],
    ['vpc.subnetIds=subnet-1', 'deploy/stages/dev.yml: vpc.securityGroupIds is missing'],
  ])('that do not fit are refused: %s', (parameter, fault) => {
    expect(faultOf({}, [parameter])).toContain(fault);
  });
});

describe('what a stage gives functions', () => {
  const tooLong = { timeout: 30 };

  it('is memory, time, concurrency; consumers and queues follow', async () => {
    const { functions, resources } = await derived({
      functions: {
        ingest: { memory: 2048 },
        onParcelSent: { concurrency: 3, memory: 256 },
        deadLetter: { timeout: 100 },
        bulkReplay: { concurrency: 4 },
      },
    });
    expect(functions.ingest).toMatchObject({ memorySize: 2048, timeout: 29 });
    expect(functions.query).not.toHaveProperty('memorySize');
    expect(functions.onParcelSent).toMatchObject({ memorySize: 256, events: [{ sqs: { maximumConcurrency: 3 } }] });
    expect(functions.bulkReplay).toMatchObject({ events: [{ sqs: { batchSize: 1, maximumConcurrency: 4 } }] });
    expect(functions.deadLetter).toMatchObject({ timeout: 100 });
    expect(resources.Resources.DeadLetterQueue?.Properties.VisibilityTimeout).toBe(600);
  });

  it('is reserved where the stage says so alone; ingest is told how much it has', async () => {
    const reserved = await derived({}, [
      'functions.ingest.reservedConcurrency=50',
      'functions.authorizer.reservedConcurrency=20',
    ]);
    expect(reserved.functions.ingest?.environment).toMatchObject({ INGEST_CONCURRENCY: '50' });
    expect(reserved.functions.ingest?.reservedConcurrency).toBe(50);
    expect(reserved.functions.authorizer?.reservedConcurrency).toBe(20);
    expect(reserved.functions.authorizer?.environment).not.toHaveProperty('INGEST_CONCURRENCY');
    for (const one of Object.values((await derived()).functions)) {
      expect(one).not.toHaveProperty('reservedConcurrency');
      expect(one.environment).not.toHaveProperty('INGEST_CONCURRENCY');
    }
  });

  it('is a level of the log', async () => {
    const { functions } = await derived({}, ['logs.level=warn']);
    for (const { environment } of Object.values(functions)) expect(environment.POWERTOOLS_LOG_LEVEL).toBe('WARN');
  });

  it.each([
    [{ ingets: {} }, 'functions.ingets: there is no such function; did you mean ingest?'],
    [{ ingest: { concurrency: 5 } }, 'functions.ingest.concurrency is for functions that read a queue'],
    [{ onParcelSent: { reservedConcurrency: 5 } }, 'functions.onParcelSent.reservedConcurrency is for'],
    [{ onParcelSent: { timeout: 60 } }, 'functions.onParcelSent.timeout follows from queue.timeout of parcel.sent'],
    [{ ingest: { timeout: 20 } }, 'functions.ingest.timeout is 29'],
    [{ deadLetter: { timeout: 29 } }, 'functions.deadLetter.timeout must be 30 to 900'],
    [{ authorizer: tooLong }, 'functions.authorizer.timeout must be 10 to 29'],
    [{ countFailures: { timeout: 301 } }, 'functions.countFailures.timeout must be 30 to 300'],
  ])('is refused where it does not fit: %j', async (functions, fault) => {
    expect(await derivedFault({ functions })).toContain(`deploy/stages/dev.yml: ${fault}`);
  });

  it('leaves a hundred of the account to what reserves nothing', async () => {
    const ofAccount = (accountConcurrency: number) =>
      derivedFault({ accountConcurrency, functions: { ingest: { reservedConcurrency: 900 } } });
    expect(await ofAccount(1000)).toBeUndefined();
    expect(await ofAccount(999)).toContain('functions reserve a concurrency of 900; of accountConcurrency 999');
  });
});

describe('variables of functions', () => {
  it.each([
    [{ RETENTION_DAYS: 30 }, 'environment.RETENTION_DAYS Too small'],
    [{ DEDUPLICATION_HOURS: 'a day' }, 'environment.DEDUPLICATION_HOURS Invalid input'],
    [{ RATE_LIMIT: '1000' }, 'environment.RATE_LIMIT must be <events>/<seconds>'],
    [{ REDIS_CLUSTER: 'maybe' }, 'environment.REDIS_CLUSTER Invalid option'],
    [{ MONGODB_DATABASE: 'a b' }, 'environment.MONGODB_DATABASE Invalid string'],
    [{ SECRETS_IN: 'environment' }, 'environment.SECRETS_IN: in the environment they are on this machine alone'],
    [{ REDIS_URL: 'https://redis.example' }, 'environment.REDIS_URL must begin with redis:// or rediss://'],
  ])('that no function would start with are refused: %j', async (environment, fault) => {
    expect(await derivedFault({ environment })).toContain(`deploy/stages/dev.yml: ${fault}`);
    expect(await derivedFault({ environment })).not.toMatch(/a day|maybe|redis\.example/);
  });

  it('that fit, are empty, or that CloudFormation fills in, are not', async () => {
    const environment = { REDIS_CLUSTER: true, RATE_LIMIT: '', MONGODB_DATABASE: '{{resolve:ssm:/a/b}}' };
    expect(await derivedFault({ environment })).toBeUndefined();
  });
});

describe('connections to the servers of a stage', () => {
  const bounded = {
    functions: Object.fromEntries(
      ['ingest', 'query', 'failures', 'replay', 'keys', 'catalogue', 'health', 'authorizer'].map((key) => [
        key,
        { reservedConcurrency: 10 },
      ]),
    ),
  };
  /** Two consumers of fifty, the dead letters of two queues by five, two replays, the count of failures, one setup; of the rest six reach MongoDB. */
  const environments = 2 * 50 + 2 * 5 + 2 + 1 + 1 + 6 * 10;

  it('are the most that all functions may hold together', async () => {
    const limit = environments * CONNECTIONS.mongodb;
    const fits = { ...bounded, servers: { mongodb: { connections: limit } } };
    expect(await derivedFault(fits)).toBeUndefined();
    expect(await derivedFault({ ...bounded, servers: { mongodb: { connections: limit - 1 } } })).toBe(
      `deploy/stages/dev.yml: servers.mongodb.connections is ${limit - 1}, and functions may hold ${limit}: ${environments} at a time, ${CONNECTIONS.mongodb} each (onParcelMovedOrdered 50, onParcelSent 50, query 10 …); lower their concurrency or reservedConcurrency (functions), or have a larger server`,
    );
  });

  it('are bounded by the account where nothing is reserved', async () => {
    const of = (connections: number, accountConcurrency?: number) =>
      derivedFault({ servers: { redis: { connections } }, ...(accountConcurrency && { accountConcurrency }) });
    expect(await of(2000)).toBeUndefined();
    expect(await of(1999)).toContain('functions may hold 2000: 1000 at a time, 2 each');
    expect(await of(1999, 999)).toBeUndefined();
  });
});

describe('a stage that retains', () => {
  const holding = async (retain: boolean) => {
    const { resources } = await derived({ retain });
    const queues = Object.entries(resources.Resources).filter(([, { Type }]) => Type === 'AWS::SQS::Queue');
    const { HttpApiStage: _, ...logs } = { ...resources.extensions };
    return { queues, logs: Object.entries(logs) };
  };

  it('keeps every queue and every log whatever deletes or replaces it, a rollback too', async () => {
    const { queues, logs } = await holding(true);
    expect(queues).toHaveLength(5);
    expect(logs.map(([id]) => id)).toEqual(
      expect.arrayContaining(['HttpApiLogGroup', 'IngestLogGroup', 'OnParcelSentLogGroup']),
    );
    expect(logs).toHaveLength(15);
    for (const [id, one] of [...queues, ...logs])
      expect(one, id).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('is none that does not say so', async () => {
    const { queues, logs } = await holding(false);
    expect(logs).toEqual([]);
    for (const [, one] of queues) {
      expect(one).not.toHaveProperty('DeletionPolicy');
      expect(one).not.toHaveProperty('UpdateReplacePolicy');
    }
  });
});

describe('the domain of a stage', () => {
  it('is the address of the API, with a record where Route 53 has the zone', async () => {
    const { Resources } = (await derived({ domain: { ...domain, hostedZoneId: 'Z1' } })).resources;
    expect(Resources.ApiDomain?.Properties).toMatchObject({ DomainName: 'events.example.com' });
    expect(Resources.ApiDomainMapping?.Properties).toEqual({
      ApiId: { Ref: 'HttpApi' },
      DomainName: { Ref: 'ApiDomain' },
      Stage: { Ref: 'HttpApiStage' },
    });
    expect(Resources.ApiDomainRecord?.Properties).toMatchObject({ HostedZoneId: 'Z1', Name: 'events.example.com' });
    expect((await derived({ domain })).resources.Resources).not.toHaveProperty('ApiDomainRecord');
    expect((await derived()).resources.Resources).not.toHaveProperty('ApiDomain');
  });
});
