import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
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

const environment = process.env;
beforeAll(() => {
  process.env = { ...environment, AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
});
afterAll(() => {
  process.env = environment;
});

async function storeOn(answers: readonly SecretsAnswer[], timeoutMs = 60_000) {
  const stub = await startSecretsManagerStub(stored, answers);
  onTestFinished(stub.stop);
  return { stub, store: secretsManager({ endpoint: stub.endpoint, timeoutMs, secrets }) };
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
  const { store } = await storeOn([{ status: 400, code: 'AccessDeniedException' }]);
  const fault: unknown = await store.read(['MONGODB_URI']).catch((error: unknown) => error);
  expect(fault).toMatchObject({
    code: 'secrets-manager-unavailable',
    retryable: true,
    cause: { name: 'AccessDeniedException' },
  });
});
