import { describe, expect, test } from 'vitest';
import { fullTemplate } from '../../support/full-template.ts';

const template = await fullTemplate();
const { functions, authorizers, accessLog, resources } = template;
const routes = Object.values(functions).flatMap(({ events }) =>
  events.flatMap((event) => ('httpApi' in event ? [event.httpApi] : [])),
);

describe('a function', () => {
  test('has its time: the API waits longer than what answers it, the authorizer is quicker, a consumer ends after its handler', () => {
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
    const apiWaits = 30;
    for (const [key, { events, timeout }] of Object.entries(functions))
      if (events.some((event) => 'httpApi' in event)) expect(timeout, key).toBe(apiWaits - 1);
    expect(functions.authorizer?.timeout).toBe(10);
    // A third of a handler's time for joint runs.
    expect([functions.onStockSeen?.timeout, functions.onStockMoved?.timeout]).toEqual([5 + 2 + 10, 30 + 10 + 10]);
    expect(functions.onStockCounted?.timeout).toBe(2 * 20 + 10);
    expect([functions.deadLetter?.timeout, functions.bulkReplay?.timeout]).toEqual([30, 60]);
  });

  test('that reads a queue answers for each message, in batches as its declaration says', () => {
    const how = Object.entries(functions).flatMap(([key, { events }]) =>
      events.flatMap((event) => ('sqs' in event ? [{ key, ...event.sqs }] : [])),
    );
    for (const { key, functionResponseType } of how) expect(functionResponseType, key).toBe('ReportBatchItemFailures');
    const sizes = how.map((one) => [one.key, one.batchSize, one.maximumBatchingWindow ?? 0, one.maximumConcurrency]);
    expect(sizes.toSorted()).toEqual([
      ['bulkReplay', 1, 0, 2],
      ['deadLetter', 10, 0, 5],
      ['deadLetter', 10, 0, 5],
      ['onStockCounted', 10, 0, 50],
      ['onStockMoved', 10, 0, 50],
      ['onStockSeen', 25, 2, 7],
    ]);
  });

  test('has the addresses that it needs, and what its event file declares', () => {
    const having = (name: string) =>
      Object.entries(functions)
        .filter(([, { environment }]) => name in environment)
        .map(([key]) => key);
    const without = (name: string) => Object.keys(functions).filter((key) => !having(name).includes(key));
    expect(without('MONGODB_URI')).toEqual(['ingest', 'catalogue']);
    expect(without('REDIS_URL')).toEqual(['countFailures', 'setup']);
    expect(having('COUNT_KEY')).toEqual(['onStockCounted']);
    expect(functions.onStockCounted?.environment.COUNT_KEY).toBe('/sluice/dev/COUNT_KEY');
    expect(functions.deadLetter?.environment.LETTER_SENDERS).toBe('checked');
  });

  test('is packaged with its own bundle and no other', () => {
    for (const [key, { handler, package: packaged }] of Object.entries(functions)) {
      const [, bundle = ''] = /^(dist\/[a-z-]+)\/index\.handler$/.exec(handler) ?? [];
      const [first, ...others] = packaged.patterns;
      expect(first, key).toBe('!**');
      expect(
        others.filter((one) => one !== `!${bundle}/parameter-store-*`),
        key,
      ).toEqual([`${bundle}/**`]);
    }
  });

  test('runs in the network of its stage', async () => {
    const vpc = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    const inside = await fullTemplate({ vpc });
    for (const [key, one] of Object.entries(inside.functions)) expect(one.vpc, key).toEqual(vpc);
  });

  test('has the layers of its stage, and starts with their SDK', async () => {
    const layers = ['arn:aws:lambda:eu-central-1:184161586896:layer:opentelemetry-nodejs-0_20_0:1'];
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example' };
    const traced = await fullTemplate({ tracing: { layers, environment } });
    for (const [key, one] of Object.entries(traced.functions)) {
      expect(one.layers, key).toEqual(layers);
      expect(one.environment, key).toMatchObject({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler', ...environment });
    }
    expect(JSON.stringify(functions)).not.toMatch(/AWS_LAMBDA_EXEC_WRAPPER|layers/);
  });

  test('that the clock starts is started', () => {
    expect(functions.countFailures?.events).toEqual([{ schedule: 'rate(5 minutes)' }]);
  });
});

describe('the gateway', () => {
  test('asks the authorizer before every route but GET /health', () => {
    expect(routes.length).toBeGreaterThan(20);
    const open = routes.filter(({ authorizer }) => authorizer?.name !== 'keys');
    expect(open).toEqual([{ method: 'GET', path: '/health' }]);
  });

  test('asks it with the header alone, and remembers its answer by that', () => {
    expect(authorizers.keys).toMatchObject({
      ...{ type: 'request', functionName: 'authorizer', payloadVersion: '2.0', enableSimpleResponses: true },
      identitySource: ['$request.header.Authorization'],
      resultTtlInSeconds: 60,
    });
  });

  test('lets in so many requests, and fewer of whoever needs no key', () => {
    expect(resources.extensions?.HttpApiStage).toMatchObject({
      DependsOn: ['HttpApiRouteGetHealth'],
      Properties: {
        DefaultRouteSettings: { ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 5000 },
        RouteSettings: { 'GET /health': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 } },
      },
    });
  });

  test('logs every request, and neither a key nor an address', () => {
    const line: Record<string, string> = JSON.parse(accessLog ? accessLog.format : '{}');
    expect(Object.keys(line)).toEqual(expect.arrayContaining(['request_id', 'status', 'route', 'tenant', 'key_name']));
    expect(Object.values(line).join()).not.toMatch(/sourceIp|identity\.|header|path|query|apiKey/i);
  });

  test('answers pages of the origins that the stage names', async () => {
    expect(template.cors).toMatchObject({ allowedOrigins: ['https://site.example'] });
    expect((await fullTemplate({ origins: [] })).cors).toBe(false);
  });

  test('is reached at its domain with TLS 1.2', () => {
    expect(resources.Resources.ApiDomain?.Properties.DomainNameConfigurations).toMatchObject([
      { SecurityPolicy: 'TLS_1_2', EndpointType: 'REGIONAL' },
    ]);
  });
});

describe('what a stage is made of', () => {
  test('bears its service and stage', () => {
    expect(template.tags).toEqual({ service: 'sluice', stage: 'dev' });
    expect(template.deploymentBucket.tags).toEqual(template.tags);
  });

  test('is packaged into a bucket that nobody else reaches, which keeps what a delivery goes back to', () => {
    expect(template.deploymentBucket).toMatchObject({ blockPublicAccess: true, maxPreviousDeploymentArtifacts: 30 });
  });

  test('has no resource that holds events or logs without a name of service and stage', () => {
    for (const { QueueName, AlarmName } of Object.values(resources.Resources).map(({ Properties }) => Properties))
      expect(String(QueueName ?? AlarmName ?? 'sluice-dev-')).toMatch(/^sluice-dev-/);
    for (const [key, { name }] of Object.entries(functions)) expect(name).toBe(`sluice-dev-${key}`);
  });
});
