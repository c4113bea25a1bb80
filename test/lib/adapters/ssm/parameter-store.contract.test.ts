import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parameterStore } from '../../../../lib/adapters/ssm/parameter-store.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import type { Secrets } from '../../../../lib/ports/secrets.ts';
import { memorySecrets } from '../../../support/memory-secrets.ts';
import { type SsmAnswer, startSsmStub } from '../../../support/ssm-stub.ts';

const names = Array.from({ length: 23 }, (_, index) => `KEY_${index}`);
const parameterOf = (name: string) => `/sluice/test/${name}`;
const parameters = new Map(names.map((name) => [name, parameterOf(name)]));
const values = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
const stored = new Map(names.map((name) => [parameterOf(name), `value of ${name}`]));

const environment = process.env;
beforeAll(() => {
  process.env = { ...environment, AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
});
afterAll(() => {
  process.env = environment;
});

async function storeOn(answers: readonly SsmAnswer[], timeoutMs = 60_000) {
  const stub = await startSsmStub(stored, answers);
  onTestFinished(stub.stop);
  return { stub, store: parameterStore({ endpoint: stub.endpoint, timeoutMs, parameters }) };
}

describe.each<[string, () => Promise<{ there: Secrets; silent: Secrets }>]>([
  [
    'in memory',
    async () => ({ there: memorySecrets(values), silent: Object.assign(memorySecrets(values), { silent: true }) }),
  ],
  [
    'in the Parameter Store',
    async () => ({ there: (await storeOn(['values'])).store, silent: (await storeOn(['silence'], 200)).store }),
  ],
])('secrets %s', (_, make) => {
  test('are read by the names that they are declared by', async () => {
    const { there } = await make();
    expect(await there.read(['KEY_1', 'KEY_2'])).toEqual(
      new Map([
        ['KEY_1', 'value of KEY_1'],
        ['KEY_2', 'value of KEY_2'],
      ]),
    );
  });

  test('may be many', async () => {
    const { there } = await make();
    expect((await there.read(names)).size).toBe(23);
  });

  test('that are not there are left out', async () => {
    const { there } = await make();
    expect([...(await there.read(['KEY_1', 'NOT_THERE'])).keys()]).toEqual(['KEY_1']);
  });

  test('of a store that is silent are a dependency that does not answer', async () => {
    const { silent } = await make();
    const fault = await silent.read(['KEY_1']).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(DependencyError);
    expect(fault).toMatchObject({ code: 'parameter-store-unavailable', retryable: true });
  });
});

describe('the Parameter Store', () => {
  const throttled = { status: 400, code: 'ThrottlingException' };

  test('is asked for ten names at a time, by those of their parameters, decrypted', async () => {
    const { store, stub } = await storeOn(['values']);
    await store.read(names);
    expect(stub.requests.map(({ Names }) => Names.length).toSorted()).toEqual([10, 10, 3]);
    expect(stub.requests.every(({ WithDecryption }) => WithDecryption)).toBe(true);
    expect(new Set(stub.requests.flatMap(({ Names }) => Names))).toEqual(new Set(parameters.values()));
  });

  test('is asked again when it throttles, up to three times', async () => {
    const mended = await storeOn([throttled, { status: 500, code: 'InternalServerError' }, 'values']);
    expect((await mended.store.read(['KEY_1'])).get('KEY_1')).toBe('value of KEY_1');
    const busy = await storeOn([throttled]);
    await expect(busy.store.read(['KEY_1'])).rejects.toThrow(DependencyError);
    expect(busy.stub.requests).toHaveLength(3);
  });

  test('has a budget, after which nothing is awaited', async () => {
    const { store, stub } = await storeOn(['silence'], 200);
    await expect(store.read(['KEY_1'])).rejects.toThrow('no answer within 200 ms');
    expect(stub.requests.length).toBeLessThanOrEqual(3);
  });

  test('says which right is missing', async () => {
    const { store } = await storeOn([{ status: 400, code: 'AccessDeniedException' }]);
    const fault = await store.read(['KEY_1']).catch((error: unknown) => error);
    expect(fault).toMatchObject({ cause: { name: 'AccessDeniedException' } });
  });

  test('says what it was answered last, where the time is over before it is asked again', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(1_000_000);
    onTestFinished(() => void vi.restoreAllMocks());
    const { store } = await storeOn([{ status: 400, code: 'AccessDeniedException' }], 2000);
    const fault = await store.read(['KEY_1']).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'parameter-store-unavailable', cause: { name: 'AccessDeniedException' } });
    expect(fault).not.toMatchObject({ message: expect.stringContaining('no answer') });
  });

  test('says nothing of an answer that is none', async () => {
    const { store } = await storeOn([{ text: '{"Parameters":[{"Name":"/sluice/test/KEY_1","Value":hunter2' }]);
    const fault = await store.read(['KEY_1']).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'parameter-store-unavailable', message: 'an answer that is no JSON' });
    expect(inspect(fault, { depth: null, showHidden: true })).not.toContain('hunter2');
  });
});
