import { afterEach, expect, test, vi } from 'vitest';
import { readConfig } from '../../../lib/core/config.ts';
import { connectDeadLetter } from '../../../lib/wiring/dead-letter.ts';
import { consume } from '../../../lib/wiring/functions/consume.ts';
import { deadLetter } from '../../../lib/wiring/functions/dead-letter.ts';
import { health } from '../../../lib/wiring/functions/health.ts';
import { ingest } from '../../../lib/wiring/functions/ingest.ts';
import { httpHandler } from '../../../lib/wiring/http-handler.ts';
import { queueHandler } from '../../../lib/wiring/queue-handler.ts';
import { call, keyOf } from '../../support/api-gateway.ts';
import { silentLog } from '../../support/log.ts';
import { silentMetrics } from '../../support/memory-metrics.ts';

afterEach(() => void vi.unstubAllEnvs());

const taken = async () => ({ status: 202, body: {} });
const starts = {
  ingest: () => httpHandler(ingest, () => ({ handlers: { 'POST /events': taken }, limits: 'none' })),
  health: () => httpHandler(health, () => ({ handlers: { 'GET /health': taken }, limits: 'none' })),
  consumer: () => queueHandler(consume, () => async () => ({ batchItemFailures: [] })),
};

test.each(Object.entries(starts))('on stage local %s does not start in Lambda', (_, start) => {
  vi.stubEnv('STAGE', 'local');
  expect(start).not.toThrow();
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'sluice-local-ingest');
  expect(start).toThrow('STAGE is local, which asks callers for no key');
  vi.stubEnv('STAGE', 'prod');
  expect(start).not.toThrow();
});

test.each([
  ['local', 202],
  ['dev', 401],
  ['', 401],
])('on stage "%s" who says nothing is answered %i, and who has a key is heard', async (stage, status) => {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  for (const [name, value] of Object.entries({
    SERVICE: 'sluice',
    STAGE: 'dev',
    EVENT_TYPES: '',
    QUEUE_URL_PREFIX: 'https://sqs.example/',
    REDIS_URL: 'rediss://example/',
  }))
    vi.stubEnv(name, value);
  vi.stubEnv('STAGE', stage);
  const handler = starts.ingest();
  vi.stubEnv('STAGE', 'dev');
  expect(await call(handler, {})).toMatchObject({ status });
  expect(await call(handler, keyOf('acme', 'events:write'))).toMatchObject({ status: 202 });
});

test('a stage that is not local believes no letter whoever sent it, and looks at senders where nothing is said (protocol: letters-by-sender)', () => {
  const given = { SERVICE: 'sluice', REDIS_URL: 'rediss://example/', MONGODB_URI: 'mongodb+srv://example/' };
  const connect = (more: Record<string, string>) =>
    connectDeadLetter(readConfig(deadLetter.needs, { ...given, ...more }), silentLog, silentMetrics);
  expect(() => connect({ STAGE: 'prod', LETTER_SENDERS: 'any' })).toThrow('LETTER_SENDERS is any');
  expect(() => connect({ STAGE: 'local', LETTER_SENDERS: 'any' })).not.toThrow();
  expect(readConfig(['LETTER_SENDERS'], {})).toEqual({ LETTER_SENDERS: 'checked' });
});
