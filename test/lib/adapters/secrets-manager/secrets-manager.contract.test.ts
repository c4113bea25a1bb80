import { expect, onTestFinished, test, vi } from 'vitest';
import { secretsManager } from '../../../../lib/adapters/secrets-manager/secrets-manager.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import { type SecretsAnswer, startSecretsManagerStub } from '../../../support/secrets-manager-stub.ts';

const stored = new Map([
  ['sluice/mongodb', 'mongodb+srv://u:pw@h'],
  ['sluice/both', JSON.stringify({ redis: 'rediss://u:pw@h', port: 6379 })],
]);
const secrets = new Map([
  ['MONGODB_URI', { id: 'sluice/mongodb' }],
  ['REDIS_URL', { id: 'sluice/both', key: 'redis' }],
  ['PORT', { id: 'sluice/both', key: 'port' }],
  ['NO_KEY', { id: 'sluice/both', key: 'other' }],
  ['NO_JSON', { id: 'sluice/mongodb', key: 'uri' }],
  ['NO_SECRET', { id: 'sluice/nothing' }],
]);

const access = { region: 'eu-central-1', accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' };

async function storeOn(answers: readonly SecretsAnswer[], timeoutMs = 60_000) {
  const stub = await startSecretsManagerStub(stored, answers);
  onTestFinished(stub.stop);
  return { stub, store: secretsManager({ ...access, endpoint: stub.endpoint, timeoutMs, secrets }) };
}
const throttled = { status: 400, code: 'ThrottlingException' };

test('a secret is read whole, or by a key of the JSON in it, each once', async () => {
  const { store, stub } = await storeOn(['values']);
  expect(await store.read(['MONGODB_URI', 'REDIS_URL', 'NO_KEY'])).toEqual(
    new Map([
      ['MONGODB_URI', 'mongodb+srv://u:pw@h'],
      ['REDIS_URL', 'rediss://u:pw@h'],
    ]),
  );
  expect(stub.requests.map(({ SecretId }) => SecretId).toSorted()).toEqual(['sluice/both', 'sluice/mongodb']);
});

test.each(['NO_SECRET', 'NO_KEY', 'NO_JSON', 'PORT', 'NOT_ASKED'])(
  'what is not there (%s) is left out',
  async (name) => {
    const { store } = await storeOn(['values']);
    expect(await store.read([name])).toEqual(new Map());
  },
);

test('is asked again when it throttles, up to three times', async () => {
  const mended = await storeOn([throttled, { status: 500, code: 'InternalServiceError' }, 'values']);
  expect((await mended.store.read(['MONGODB_URI'])).size).toBe(1);
  const busy = await storeOn([throttled]);
  await expect(busy.store.read(['MONGODB_URI'])).rejects.toThrow(DependencyError);
  expect(busy.stub.requests).toHaveLength(3);
});

test('has a budget, and says which right is missing', async () => {
  const silent = await storeOn(['silence'], 200);
  await expect(silent.store.read(['MONGODB_URI'])).rejects.toThrow('no answer within 200 ms');
  const { store } = await storeOn([{ status: 400, code: 'com.amazonaws.secretsmanager#AccessDeniedException' }]);
  const fault: unknown = await store.read(['MONGODB_URI']).catch((error: unknown) => error);
  expect(fault).toMatchObject({
    code: 'secrets-manager-unavailable',
    message: 'AccessDeniedException',
    retryable: true,
  });
});

test('says what it was answered last, where the time is over before it is asked again', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1_000_000);
  onTestFinished(() => void vi.restoreAllMocks());
  const { store } = await storeOn([{ status: 400, code: 'AccessDeniedException' }], 2000);
  await expect(store.read(['MONGODB_URI'])).rejects.toThrow('AccessDeniedException');
});

test('says nothing of an answer that is none', async () => {
  const strange = await startSecretsManagerStub(stored, [{ status: 200, code: 'hunter2' }]);
  onTestFinished(strange.stop);
  const store = secretsManager({ ...access, endpoint: strange.endpoint, timeoutMs: 60_000, secrets });
  expect(await store.read(['MONGODB_URI'])).toEqual(new Map());
  const nowhere = secretsManager({ ...access, endpoint: 'http://127.0.0.1:9', timeoutMs: 60_000, secrets });
  await expect(nowhere.read(['MONGODB_URI'])).rejects.toThrow('ECONNREFUSED');
});

test('asks as the role of the function, for that one thing', async () => {
  const { store, stub } = await storeOn(['values']);
  await store.read(['MONGODB_URI']);
  expect(stub.headers[0]).toMatchObject({
    'x-amz-target': 'secretsmanager.GetSecretValue',
    'x-amz-security-token': 'c',
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=a\/\d{8}\/eu-central-1\/secretsmanager\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, Signature=[0-9a-f]{64}$/,
    ),
  });
});
