import { expect, onTestFinished, test, vi } from 'vitest';
import { readConfig } from '../../../lib/core/config.ts';
import { whileAwake } from '../../../lib/wiring/awake.ts';
import { secretsOn } from '../../../lib/wiring/secrets.ts';
import { startSsmStub } from '../../support/ssm-stub.ts';

test('a function is not frozen while secrets are read again beside its events', async () => {
  const stub = await startSsmStub(new Map([['/sluice/test/KEY', 'value']]));
  onTestFinished(stub.stop);
  const access = { AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  for (const [name, value] of Object.entries({ ...access, AWS_ENDPOINT_URL_SSM: stub.endpoint }))
    vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const config = readConfig(['secrets'], { SECRETS_TIMEOUT_MS: '60000' });
  const secrets = secretsOn(config, new Map([['KEY', '/sluice/test/KEY']]));
  await secrets.read(['KEY']);
  const read: unknown[] = [];
  const work = async () => void secrets.read(['KEY']).then((values) => read.push(values.get('KEY')));
  await whileAwake(work, () => 60_000);
  expect(read).toEqual(['value']);
});
