import { actionsOf } from './actions.ts';
import type { QueueDeclaration } from './ensure-queues.ts';
import { openFauxqs } from './fauxqs.ts';
import { localCredentials } from './local-credentials.ts';
import { isOfAPage } from './of-a-page.ts';
import { Refusal } from './refusal.ts';
import { isRecord } from './request.ts';
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
  app.addHook('onRequest', async (request, reply) => {
    if (!isOfAPage(request.headers)) return undefined;
    const message = 'a web page may not ask this SQS';
    return reply.code(403).send({ __type: 'com.amazonaws.sqs#AccessDeniedException', message });
  });
  app.addHook('preHandler', async (request, reply) => {
    const name = String(request.headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
    const action = actions.get(name);
    if (!isReading(name)) world.changes++;
    if (!action) return undefined;
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    // It may have hung up while its request was read.
    if (request.raw.socket.destroyed) gone.abort();
    reply.header('content-type', 'application/x-amz-json-1.0');
    try {
      const answer = await action({
        body: isRecord(request.body) ? request.body : {},
        region: regionOf(request.headers.authorization) ?? region,
        sender: senderOf(request.headers.authorization),
        gone: gone.signal,
      });
      if (answer && 'Messages' in answer) world.changes++;
      return answer && reply.send(JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return reply.code(400).header('x-amzn-query-error', error.queryError).send(JSON.stringify(error.body));
    }
  });
  const endpoint = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const stop = () => app.close();
  try {
    if (options.queues.length > 0) await createQueues(endpoint, region, options.queues);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoint,
    queueUrlPrefix: `${endpoint}/000000000000/`,
    port: Number(new URL(endpoint).port),
    changes: () => world.changes,
    save: () => save(world, homeless),
    restore: (records) => restore(world, homeless, records),
    // Each of them after its queue.
    homeless: () => new Map([...homeless].map(([arn, saved]) => [arn, saved.length - 1])),
    stop,
  };
}

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

/** A receive changes something when it hands something out. */
const isReading = (action: string): boolean => /^(Get|List|ReceiveMessage$)/.test(action);

/** `AWS4-HMAC-SHA256 Credential=key/20260101/eu-central-1/sqs/aws4_request, ...` -> `eu-central-1` */
const regionOf = (authorization: string | undefined): string | undefined =>
  authorization?.match(/Credential=\S+?\/\d{8}\/([^/]+)\//)?.[1];

/**
 * Who sends, by the id of the key that a request is signed with: a function of this machine signs with its own name, and is the session of a
 * role as it is in AWS. Anybody else is the account.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html (SenderId)
 */
function senderOf(authorization: string | undefined): string | undefined {
  const key = authorization?.match(/Credential=([^/,\s]+)\/\d{8}\//)?.[1];
  return key === undefined || key === localCredentials.accessKeyId ? undefined : `AROALOCAL:${key}`;
}
