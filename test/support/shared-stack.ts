import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import type { TestProject } from 'vitest/node';
import type { Addresses } from '../../local/stack/launch.ts';
import { patientBudgets } from './patient-budgets.ts';
import { startStack } from './stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    stack: Addresses & { banner: string };
  }
}

/**
 * Starts one stack for all files of `test/e2e/`, on a database of its own that leaves nothing behind on a server that stays, and ends
 * it after the last of them.
 */
export default async function sharedStack(project: TestProject): Promise<() => Promise<void>> {
  const database = `test-${randomUUID().slice(0, 8)}`;
  // A secret of note.kept, given as a person would give it.
  const env = { NOTES_SEAL: 'wax' };
  const stack = await startStack({ env, environment: { ...patientBudgets, MONGODB_DATABASE: database } });
  const { api, mongoUri, redisUrl, sqsEndpoint, queueUrlPrefix, service, stage, banner } = stack;
  project.provide('stack', {
    ...{ api, mongoUri, redisUrl, sqsEndpoint, queueUrlPrefix, service, stage, database, banner },
  });
  return async () => {
    await using mongo = new MongoClient(mongoUri);
    await mongo.db(database).dropDatabase();
    await stack.stop();
  };
}
