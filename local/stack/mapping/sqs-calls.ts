import * as http from 'node:http';
import * as https from 'node:https';
import { localCredentials } from '../../engines/sqs/signer.ts';
import { membersOf } from './members.ts';

/** Calls actions of an SQS of this machine. */
export interface SqsCalls {
  /** @throws Error named as SQS names what it refuses; the network's, also when no answer comes */
  call(action: string, body: object, signal?: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  /** Ends its connections. */
  close(): void;
}

/** A long poll lasts 20 s; an answer that takes longer will not come. */
const ANSWER_MS = 25_000;

/**
 * Speaks JSON with SQS itself: the SDK signs what nobody here checks, and takes longer for a call than all else that a batch needs.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 * @param region says where the queues are, to an SQS that has several
 */
export function sqsCalls(endpoint: string, region: string): SqsCalls {
  const { request, Agent } = endpoint.startsWith('https:') ? https : http;
  const agent = new Agent({ keepAlive: true });
  const authorization = `AWS4-HMAC-SHA256 Credential=${localCredentials.accessKeyId}/20260101/${region}/sqs/aws4_request, SignedHeaders=host, Signature=none`;
  return {
    call(action, body, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<Readonly<Record<string, unknown>>>();
      if (signal?.aborted) return Promise.reject(new Error('given up'));
      const text = JSON.stringify(body);
      const headers = {
        authorization,
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(text),
        'x-amz-target': `AmazonSQS.${action}`,
      };
      const asked = request(endpoint, { method: 'POST', agent, headers, timeout: ANSWER_MS }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.once('error', reject);
        answer.once('end', () => {
          try {
            resolve(answerIn(answer.statusCode, Buffer.concat(parts).toString()));
          } catch (error) {
            reject(error);
          }
        });
      });
      const give = () => asked.destroy(new Error('given up'));
      asked.once('timeout', () => asked.destroy(new Error(`SQS has not answered for ${ANSWER_MS / 1000} s`)));
      asked.once('error', reject);
      asked.once('close', () => signal?.removeEventListener('abort', give));
      signal?.addEventListener('abort', give, { once: true });
      asked.end(text);
      return promise;
    },
    close: () => agent.destroy(),
  };
}

/** @throws Error named as SQS names it, of an answer that is a refusal; SyntaxError of one that is no JSON */
function answerIn(status: number | undefined, text: string): Readonly<Record<string, unknown>> {
  const answer = membersOf(text === '' ? {} : JSON.parse(text));
  if (status === 200) return answer;
  const error = new Error(String(answer.message ?? `SQS answered ${status}`));
  error.name = String(answer.__type ?? 'Error').replace(/^.*#/, '');
  throw error;
}
