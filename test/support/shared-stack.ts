import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MongoClient } from 'mongodb';
import type { TestProject } from 'vitest/node';
import { messageOf } from '../../lib/core/errors.ts';
import type { Addresses, Launched } from '../../local/stack/launch.ts';
import { patientBudgets } from './patient-budgets.ts';
import { startStack } from './stack.ts';

export type SharedStack = Addresses & { banner: string };

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the stack as soon as that is up. */
    stackDesk: string;
  }
}

/**
 * Starts one stack for all files of `test/e2e/`, on a database of its own that leaves nothing behind on a server that stays, and ends
 * it after the last of them. Nothing waits for it but those files: the others run while it comes up.
 */
export default async function sharedStack(project: TestProject): Promise<() => Promise<void>> {
  const database = `test-${randomUUID().slice(0, 8)}`;
  // A secret of note.kept, given as a person would give it.
  const env = { NOTES_SEAL: 'wax' };
  const starting = startStack({ env, environment: { ...patientBudgets, MONGODB_DATABASE: database } });
  const desk = await deskOf(starting, database);
  project.provide('stackDesk', `http://127.0.0.1:${(desk.address() as AddressInfo).port}`);
  return async () => {
    desk.close();
    const stack = await starting;
    await dropDatabase(stack.mongoUri, database);
    await stack.stop();
  };
}

/** Its client is closed while the server still answers: the driver would look for one for half a minute to end its sessions. */
async function dropDatabase(mongoUri: string, database: string): Promise<void> {
  await using mongo = new MongoClient(mongoUri);
  await mongo.db(database).dropDatabase();
}

async function deskOf(starting: Promise<Launched>, database: string): Promise<Server> {
  const answer = starting.then(
    ({ api, mongoUri, redisUrl, sqsEndpoint, queueUrlPrefix, service, stage, banner }) => {
      const addresses: Addresses = { api, mongoUri, redisUrl, sqsEndpoint, queueUrlPrefix, service, stage, database };
      const stack: SharedStack = { ...addresses, banner };
      return { status: 200, text: JSON.stringify(stack) };
    },
    (error: unknown) => ({ status: 500, text: messageOf(error) }),
  );
  const server = createServer(async (_, response) => {
    const { status, text } = await answer;
    response.writeHead(status, { connection: 'close' }).end(text);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}
