import { createServer, type Server, type Socket } from 'node:net';
import { Binary, Long, ObjectId } from 'bson';
import type { Services } from './commands/context.ts';
import { serve } from './connection.ts';
import { Cursors } from './cursors.ts';
import { FailPoints } from './fail-points.ts';
import { pause } from './pause.ts';
import type { Record } from './query/scope.ts';
import { restore, save } from './snapshot.ts';
import { Store } from './storage/store.ts';
import { Sessions } from './transaction/sessions.ts';
import { expireDocuments } from './ttl.ts';
import type { Doc } from './value/types.ts';
import { MAX_MESSAGE_BYTES } from './wire.ts';

export interface MongoOptions {
  /** 127.0.0.1 unless given. */
  host?: string;
  /** 0, or nothing, takes a free one. */
  port?: number;
  /** Told of every command, option, operator and stage that is asked for. */
  record?: Record;
  /** Told why a connection was closed. */
  onFault?: (message: string) => void;
  /** Milliseconds between two looks for documents that a TTL index lets expire; 1,000 unless given. */
  ttlIntervalMs?: number;
  /** Seconds that a transaction may stay open; 60 unless given. */
  transactionLifetimeLimitSeconds?: number;
  /** Milliseconds that a transaction stays open without the connection that it was on; 500 unless given. A server waits for its lifetime. */
  abandonedAfterMs?: number;
  /** Lets clients set fail points, as `mongod --setParameter enableTestCommands=1` does. */
  testCommands?: boolean;
  /** Milliseconds that an unused session is remembered; 30 minutes unless given. */
  sessionTimeoutMs?: number;
  /** Milliseconds that an unused cursor stays open; 10 minutes unless given. */
  cursorTimeoutMs?: number;
}

export interface EmbeddedMongo {
  /** For the driver. */
  readonly uri: string;
  readonly host: string;
  readonly port: number;
  /** Closes every connection and listens to nobody for so many ms; what is stored stays. */
  away(ms: number): Promise<void>;
  /** Grows with every change of what is stored. */
  changes(): number;
  /** Everything that is committed when the first record is asked for, in records of at most one document. */
  save(): Iterable<Uint8Array>;
  /** Takes in what another one saved, while this one is empty. @throws Error at a record that is none of its */
  restore(records: AsyncIterable<Uint8Array>): Promise<void>;
  /** Closes every connection and forgets everything. */
  stop(): Promise<void>;
}

const SET = 'sluice';
const SESSION_MINUTES = 30;

/**
 * Starts a MongoDB that lives in this process: a replica set of one, in memory.
 * @throws Error that names host and port when they cannot be listened on
 */
export async function startMongo(options: MongoOptions = {}): Promise<EmbeddedMongo> {
  const { host = '127.0.0.1', port: wanted = 0, record = () => {}, onFault = () => {} } = options;
  const store = new Store(Date.now);
  const sessions = new Sessions(store, {
    transactionLifetimeMs: (options.transactionLifetimeLimitSeconds ?? 60) * 1000,
    abandonedAfterMs: options.abandonedAfterMs ?? 500,
    sessionTimeoutMs: options.sessionTimeoutMs ?? SESSION_MINUTES * 60_000,
  });
  const cursors = new Cursors(options.cursorTimeoutMs ?? 600_000);
  const sockets = new Set<Socket>();
  const identity = { me: '' };
  const services: Services = {
    store,
    sessions,
    cursors,
    record,
    failPoints: options.testCommands ? new FailPoints() : undefined,
    identity: () => describe(identity.me, store),
    clusterTime: () => ({
      clusterTime: store.clock.clusterTime(),
      signature: { hash: new Binary(Buffer.alloc(20)), keyId: Long.ZERO },
    }),
  };
  const stopped = new AbortController();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    connections += 1;
    serve(socket, { id: connections, services, onFault });
  });
  const port = await listen(server, host, wanted);
  identity.me = `${host}:${port}`;
  const monitor = setInterval(() => {
    const now = Date.now();
    expireDocuments(store, now);
    cursors.expire(now);
    sessions.expire(now);
  }, options.ttlIntervalMs ?? 1000);
  monitor.unref();
  return {
    uri: `mongodb://${identity.me}/?replicaSet=${SET}&directConnection=false`,
    host,
    port,
    async away(ms) {
      await close(server, sockets);
      await pause(ms, stopped.signal);
      if (!stopped.signal.aborted) await listen(server, host, port);
    },
    changes: () => store.changes,
    save: () => save(store),
    restore: (records) => restore(store, records),
    async stop() {
      stopped.abort();
      clearInterval(monitor);
      await close(server, sockets);
      sessions.stop();
    },
  };
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  for (const socket of sockets) socket.destroy();
  await promise;
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, host, resolve);
  try {
    await promise;
  } catch (cause) {
    const inUse = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    throw new Error(`embedded MongoDB: ${host}:${port} ${inUse ? 'is in use' : 'cannot be listened on'}`, { cause });
  }
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

const process = new ObjectId();
const election = new ObjectId();

/** https://www.mongodb.com/docs/manual/reference/command/hello/#output */
function describe(me: string, store: Store): Doc {
  return {
    topologyVersion: { processId: process, counter: Long.ZERO },
    hosts: [me],
    setName: SET,
    setVersion: 1,
    secondary: false,
    primary: me,
    me,
    electionId: election,
    lastWrite: { opTime: { ts: store.clock.clusterTime(), t: Long.ONE }, lastWriteDate: new Date() },
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: SESSION_MINUTES,
    minWireVersion: 0,
    maxWireVersion: 25,
    readOnly: false,
  };
}
