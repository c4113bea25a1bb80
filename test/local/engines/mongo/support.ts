import { randomUUID } from 'node:crypto';
import {
  type ClientSession,
  type Collection,
  type Db,
  type Document,
  MongoClient,
  type MongoClientOptions,
  MongoServerError,
} from 'mongodb';
import { afterAll, beforeAll } from 'vitest';
import { type EmbeddedMongo, type MongoOptions, startMongo } from '../../../../local/engines/mongo/server.ts';

/** What the tests of one file share: one server, one client, one database that is dropped at the end. */
export interface Fixture {
  readonly uri: string;
  readonly client: MongoClient;
  readonly db: Db;
  /** Undefined when a real server was named. */
  readonly embedded: EmbeddedMongo | undefined;
  connect(options?: MongoClientOptions): Promise<MongoClient>;
}

/** The server that MONGODB_URI names, else the embedded one. */
export function mongo(options: MongoOptions = {}): Fixture {
  const database = `test-${randomUUID().slice(0, 8)}`;
  const clients: MongoClient[] = [];
  let embedded: EmbeddedMongo | undefined;
  let uri = process.env.MONGODB_URI ?? '';
  let client: MongoClient | undefined;
  const connected = (): MongoClient => {
    if (!client) throw new Error('the server has not been started');
    return client;
  };
  const fixture: Fixture = {
    get uri() {
      return uri;
    },
    get client() {
      return connected();
    },
    get db() {
      return connected().db(database);
    },
    get embedded() {
      return embedded;
    },
    async connect(clientOptions = {}) {
      const one = await new MongoClient(uri, clientOptions).connect();
      clients.push(one);
      return one;
    },
  };
  beforeAll(async () => {
    if (uri === '') {
      embedded = await startMongo(options);
      uri = embedded.uri;
    }
    client = await fixture.connect();
  });
  afterAll(async () => {
    await fixture.db.dropDatabase();
    await Promise.all(clients.map((one) => one.close()));
    await embedded?.stop();
  });
  return fixture;
}

let collections = 0;
export const freshName = (): string => `c${++collections}`;

/** The error that a promise ends with; the test fails when it does not. */
export async function errorOf(promise: Promise<unknown>): Promise<MongoServerError> {
  try {
    await promise;
  } catch (cause) {
    if (cause instanceof MongoServerError) return cause;
    throw cause;
  }
  throw new Error('expected an error of the server');
}

/** What lets a client run its transaction again. https://www.mongodb.com/docs/manual/core/transactions-in-applications/ */
export const transient = 'TransientTransactionError';

/** A collection that is there, with documents. */
export async function collectionOf(fixture: Fixture, ...documents: Document[]): Promise<Collection> {
  const fresh = await fixture.db.createCollection(freshName());
  if (documents.length > 0) await fresh.insertMany(documents as never);
  return fresh;
}

/** A session with a transaction begun. */
export function begin(fixture: Fixture): ClientSession {
  const session = fixture.client.startSession();
  session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } });
  return session;
}

export const idOf = (id: unknown): Document => ({ _id: id });

/** Tests that start an embedded engine with options of its own; they would say nothing of a real server. */
export const isEmbedded = (process.env.MONGODB_URI ?? '') === '';
