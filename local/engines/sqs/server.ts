import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { actionsOf } from './actions.ts';
import type { QueueDeclaration } from './ensure-queues.ts';
import { type Fauxqs, openFauxqs } from './fauxqs.ts';
import { listenerOf, type Passed } from './listener.ts';
import { localCredentials } from './signer.ts';
import { type Homeless, restore, save } from './snapshot.ts';
import { World } from './world.ts';

export interface RunningSqs {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  /** Queue URL up to the queue's name. */
  queueUrlPrefix: string;
  port: number;
  /** Grows with every change of what is stored. */
  changes(): number;
  /** The messages of all queues when the first record is asked for, in records of at most one message. */
  save(): Iterable<Uint8Array>;
  /** Takes in what another one saved, while the queues of this one are empty. @throws Error at a record that is none of its */
  restore(records: AsyncIterable<Uint8Array>): Promise<void>;
  /** How many messages were restored of queues that are not there, by ARN: they are saved again until their retention ends. */
  homeless(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** Of a standard queue: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const IN_FLIGHT_MOST = 120_000;
/** Longer than a client leaves a connection unused: who sends on one that is being closed gets an error. */
const KEEP_ALIVE_MS = 72_000;

/**
 * Starts SQS in this process, on the loopback interface, in memory: fauxqs, with those actions done here that it does not do as AWS does.
 * @param options.port 0 or absent: a free one
 * @throws the error of `listen`, e.g. EADDRINUSE; an error of SQS when a declaration is one that AWS refuses
 */
export async function startSqs(options: {
  port?: number;
  /** Region in the ARNs of the queues; us-east-1 unless said otherwise. */
  region?: string;
  queues: readonly QueueDeclaration[];
  /** Most messages in flight of one queue; 120,000 unless a test says otherwise. */
  inFlightMost?: number;
}): Promise<RunningSqs> {
  const region = options.region ?? 'us-east-1';
  const { app, ...fauxqs } = await openFauxqs();
  const world = new World(fauxqs);
  const homeless: Homeless = new Map();
  const actions = actionsOf(world, options.inFlightMost ?? IN_FLIGHT_MOST);
  await app.ready();
  const server = createServer(listenerOf({ world, actions, region, others: app.routing, pass: passTo(app) }));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listen(server, options.port ?? 0);
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    // Ends long polls.
    await app.close();
    const closed = once(server.close(), 'close');
    server.closeAllConnections();
    await closed;
  };
  try {
    if (options.queues.length > 0) await createQueues(endpoint, region, options.queues);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint,
    queueUrlPrefix: `${endpoint}/000000000000/`,
    port,
    changes: () => world.changes,
    save: () => save(world, homeless),
    restore: (records) => restore(world, homeless, records),
    // Each of them after its queue.
    homeless: () => new Map([...homeless].map(([arn, saved]) => [arn, saved.length - 1])),
    stop,
  };
}

/** @returns the port @throws the error of `listen` */
async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const passTo =
  (app: Fauxqs['app']) =>
  async ({ headers, text }: Passed) => {
    const { host, authorization, 'content-type': type, 'x-amz-target': target } = headers;
    const asked = { host, authorization, 'content-type': type, 'x-amz-target': target };
    const answer = await app.inject({ method: 'POST', url: '/', headers: asked, payload: text });
    const error = answer.headers['x-amzn-query-error'];
    return {
      status: answer.statusCode,
      headers: typeof error === 'string' ? { 'x-amzn-query-error': error } : {},
      text: answer.payload,
    };
  };

/** The SDK is loaded only where there are queues to create: it takes longer than all the rest. */
async function createQueues(endpoint: string, region: string, queues: readonly QueueDeclaration[]): Promise<void> {
  const [{ SQSClient }, { ensureQueues }] = await Promise.all([
    import('@aws-sdk/client-sqs'),
    import('./ensure-queues.ts'),
  ]);
  const client = new SQSClient({ endpoint, region, credentials: localCredentials });
  try {
    await ensureQueues(client, queues);
  } finally {
    client.destroy();
  }
}
