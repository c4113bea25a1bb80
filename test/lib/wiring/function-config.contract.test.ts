import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { authorizerHandler } from '../../../lib/wiring/authorizer-handler.ts';
import { functionConfig } from '../../../lib/wiring/function-config.ts';
import { authorizer } from '../../../lib/wiring/functions/authorizer.ts';
import { ingest } from '../../../lib/wiring/functions/ingest.ts';
import { httpHandler } from '../../../lib/wiring/http-handler.ts';
import { call, gatewayEvent, keyOf } from '../../support/api-gateway.ts';
import { eventually } from '../../support/eventually.ts';
import { silentLog } from '../../support/log.ts';
import { type SecretsAnswer, startSecretsManagerStub } from '../../support/secrets-manager-stub.ts';

const values = new Map([['sluice/dev/redis-url', 'rediss://u:pw@h']]);

beforeEach(() => {
  const stage = { SERVICE: 'sluice', STAGE: 'dev', REDIS_URL: 'secret:sluice/dev/redis-url' };
  const aws = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  for (const [name, value] of Object.entries({ ...stage, ...aws })) vi.stubEnv(name, value);
});
afterEach(() => void vi.unstubAllEnvs());

async function store(...answers: SecretsAnswer[]) {
  const stub = await startSecretsManagerStub(values, answers.length > 0 ? answers : ['values']);
  onTestFinished(stub.stop);
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', stub.endpoint);
  return stub;
}

describe('the addresses of a function', () => {
  test('are read while it starts in Lambda, before anybody asks, and once', async () => {
    const { requests } = await store();
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'sluice-dev-ingest');
    const config = functionConfig(['redis'], silentLog);
    await eventually(() => expect(requests).toEqual([{ SecretId: 'sluice/dev/redis-url' }]));
    expect(await Promise.all([config(), config()])).toMatchObject([
      { REDIS_URL: 'rediss://u:pw@h' },
      { REDIS_URL: 'rediss://u:pw@h' },
    ]);
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['while it starts in Lambda', 'sluice-dev-ingest', 1],
    ['when it is asked for them elsewhere', '', 0],
  ])('are read %s, without anything else having happened', (_, name, reads) => {
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', name);
    let read = 0;
    functionConfig(['redis'], silentLog, async (config) => {
      read++;
      return config;
    });
    expect(read).toBe(reads);
  });

  test('are read for its first request where that failed, as in a process that was frozen meanwhile', async () => {
    const denied = { status: 400, code: 'AccessDeniedException' };
    const { requests } = await store(denied, denied, denied, 'values');
    vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'sluice-dev-ingest');
    const config = functionConfig(['redis'], silentLog);
    await eventually(() => expect(requests).toHaveLength(3));
    expect(await config()).toMatchObject({ REDIS_URL: 'rediss://u:pw@h' });
  });

  const functions = {
    'that answers requests': () => {
      const handler = httpHandler(ingest, () => expect.unreachable());
      return () => call(handler, keyOf('acme', 'events:write'));
    },
    'that says who calls': () => {
      const handler = authorizerHandler(authorizer, () => expect.unreachable());
      return () => handler(gatewayEvent({}) as never, { awsRequestId: 'r' } as never).catch(() => 'refused');
    },
  };
  test.each(Object.entries(functions))(
    'of one %s are read once when it starts, and once for its first request',
    async (_, start) => {
      const { requests } = await store({ status: 400, code: 'AccessDeniedException' });
      const own = { EVENT_TYPES: '', QUEUE_URL_PREFIX: 'https://sqs.example/', MONGODB_URI: 'mongodb+srv://example/' };
      for (const [name, value] of Object.entries({ ...own, POWERTOOLS_LOG_LEVEL: 'SILENT' })) vi.stubEnv(name, value);
      vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'sluice-dev-ingest');
      const ask = start();
      await eventually(() => expect(requests).toHaveLength(3));
      await ask();
      expect(requests).toHaveLength(6);
    },
  );

  test('are read on this machine when it is asked for them', async () => {
    const { requests } = await store();
    const config = functionConfig(['redis'], silentLog);
    expect(requests).toEqual([]);
    expect(await config()).toMatchObject({ REDIS_URL: 'rediss://u:pw@h' });
  });
});
