import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startProcess } from '../../../../local/stack/function-process/function-process.ts';
import { startRedisBehindTls } from '../../../support/redis-behind-tls.ts';

test('entry 44: a function reaches a Redis behind a private authority that its machine trusts', async ({ skip }) => {
  const redis = await startRedisBehindTls();
  if (typeof redis === 'string') return skip(`no Redis with TLS: ${redis}`);
  onTestFinished(redis.stop);
  const ask = async () => {
    const spec = {
      name: 'sluice-local-test',
      file: fileURLToPath(new URL('./functions/redis-ping.mjs', import.meta.url)),
      exportName: 'handler',
      timeoutSeconds: 60,
      memoryMb: 512,
      region: 'eu-central-1',
      environment: { REDIS_URL: redis.url },
    };
    const started = startProcess(spec, { output: () => undefined, watch: () => () => undefined });
    return started.invoke({}).finally(started.end);
  };
  expect(await ask()).toEqual({ said: expect.stringContaining('certificate') });
  vi.stubEnv('NODE_EXTRA_CA_CERTS', redis.caFile);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await ask()).toEqual({ said: 'PONG' });
});
