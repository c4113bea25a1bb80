import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { connectMongo } from '../../../../lib/adapters/mongo/client.ts';
import { inTransaction } from '../../../../lib/adapters/mongo/in-transaction.ts';
import { DependencyError, TransientError } from '../../../../lib/core/errors.ts';
import { testEngines } from '../../../support/engines.ts';

const BUDGET_MS = 400;
const engines = await testEngines();
const database = `test-${randomUUID().slice(0, 8)}`;
const connection = connectMongo({ uri: engines.mongoUri, database, timeoutMs: BUDGET_MS });
afterAll(async () => {
  await connection.close();
  await engines.stop();
});

test('writers that met try again, five times in all', async () => {
  let tries = 0;
  const meeting = inTransaction(connection, async () => {
    tries++;
    throw new TransientError('met');
  });
  await expect(meeting).rejects.toThrow(TransientError);
  expect(tries).toBe(5);
});

test('a transaction and its repetitions have one budget together', async () => {
  const begun = performance.now();
  let tries = 0;
  const slow = inTransaction(connection, async () => {
    tries++;
    await sleep(BUDGET_MS * 0.7);
    throw new TransientError('met');
  });
  await expect(slow).rejects.toThrow(DependencyError);
  expect(tries).toBe(2);
  expect(performance.now() - begun).toBeLessThan(BUDGET_MS * 2);
});
