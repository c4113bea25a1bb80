import { SQSClient } from '@aws-sdk/client-sqs';
import { buildApp } from 'fauxqs';
import { ensureQueues, type QueueDeclaration } from './queues.ts';
import { refusalOf } from './rules.ts';

export interface RunningSqs {
  /** `http://127.0.0.1:<port>` */
  endpoint: string;
  /** Queue URL up to the queue's name. */
  queueUrlPrefix: string;
  port: number;
  stop(): Promise<void>;
}

/**
 * Starts SQS in this process, on the loopback interface, in memory: fauxqs with those rules of AWS that it does not know.
 * Not simulated, because nothing here outlives the process: retention and the limit of 120,000 messages in flight. One receive
 * brings one message of a FIFO group, where AWS brings as many as it can.
 * @param options.port 0 or absent: a free one
 * @throws the error of `listen`, e.g. EADDRINUSE; an error of SQS when a declaration is one that AWS refuses
 */
export async function startSqs(options: {
  port?: number;
  /** Region in the ARNs of the queues; us-east-1 unless said otherwise. */
  region?: string;
  queues: readonly QueueDeclaration[];
}): Promise<RunningSqs> {
  const app = buildApp({ logger: false });
  const names = new Set<string>();
  app.addHook('preHandler', async (request, reply) => {
    const action = String(request.headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
    const refusal = refusalOf(action, request.body, names);
    if (refusal)
      return reply
        .code(400)
        .header('content-type', 'application/x-amz-json-1.0')
        .header('x-amzn-query-error', `${refusal.code};Sender`)
        .send(JSON.stringify({ __type: `com.amazonaws.sqs#${refusal.code}`, message: refusal.message }));
    if (action === 'CreateQueue') names.add(String((request.body as { QueueName?: unknown }).QueueName));
    return undefined;
  });
  const endpoint = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const stop = () => app.close();
  const client = new SQSClient({ endpoint, region: options.region ?? 'us-east-1', credentials: localCredentials });
  try {
    await ensureQueues(client, options.queues);
  } catch (error) {
    await stop();
    throw error;
  } finally {
    client.destroy();
  }
  return { endpoint, queueUrlPrefix: `${endpoint}/000000000000/`, port: Number(new URL(endpoint).port), stop };
}

/** What signs requests to an SQS that checks no signature. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };
