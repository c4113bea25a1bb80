import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { FunctionError } from '../../local/stack/function-process/protocol.ts';
import { reportedIn } from './reported-error.ts';

/** What one invocation is given beside its event. */
export interface Invocation {
  arn: string;
  /** Epoch milliseconds at which its time is up. */
  deadline: number;
}

/** What Lambda is to the runtime of one execution environment. */
export interface RuntimeApi {
  /** AWS_LAMBDA_RUNTIME_API of the environment. */
  readonly address: string;
  /** Resolves when the runtime asks for an invocation for the first time. @throws FunctionError where it says that it cannot load the function */
  readonly initialized: Promise<void>;
  /** Hands over an event, one at a time. @throws FunctionError that the runtime answers with */
  invoke(event: unknown, invocation: Invocation): Promise<unknown>;
  /** Resolves when the runtime asks for the next invocation: it has nothing more to do. */
  idle(): Promise<void>;
  /** The process is gone, or is taken for it: fails what waits. */
  gone(error: FunctionError): void;
  close(): void;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, of what comes out, with what the service adds */
const ANSWER_BYTES = 6 * 1024 * 1024 + 100;
const BASE = '/2018-06-01/runtime';

/** The Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const initialized = Promise.withResolvers<void>();
  initialized.promise.catch(() => {});
  let idle = Promise.withResolvers<void>();
  let asking: ServerResponse | undefined;
  let running: { id: string; resolve(answer: unknown): void; reject(error: FunctionError): void } | undefined;

  const answer = (response: ServerResponse, status: number, body: object = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const refuse = (response: ServerResponse, status: number, errorType: string): void =>
    answer(response, status, { errorType, errorMessage: errorType });

  async function hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url } = request;
    const body = await text(request);
    if (method === 'GET' && url === `${BASE}/invocation/next`) {
      asking = response;
      initialized.resolve();
      return idle.resolve();
    }
    if (method === 'POST' && url === `${BASE}/init/error`) {
      initialized.reject(new FunctionError(reportedIn(body)));
      return answer(response, 202, { status: 'OK' });
    }
    const [, id, what] = new RegExp(`^${BASE}/invocation/([^/]+)/(response|error)$`).exec(url ?? '') ?? [];
    if (method !== 'POST' || what === undefined) return refuse(response, 404, 'NotFound');
    if (!running || running.id !== id) return refuse(response, 400, 'InvalidRequestID');
    if (Buffer.byteLength(body) > ANSWER_BYTES) return refuse(response, 413, 'RequestEntityTooLarge');
    const { resolve, reject } = running;
    running = undefined;
    answer(response, 202, { status: 'OK' });
    if (what === 'error') reject(new FunctionError(reportedIn(body)));
    else resolve(body === '' ? null : JSON.parse(body));
  }

  const server = createServer((request, response) => void hear(request, response).catch(() => response.destroy()));
  // A frozen runtime is silent for as long as nobody needs it.
  server.keepAliveTimeout = 0;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    initialized: initialized.promise,
    idle: () => idle.promise,
    async invoke(event, { arn, deadline }) {
      await idle.promise;
      if (!asking) throw new Error('one environment has one invocation at a time');
      const response = asking;
      asking = undefined;
      idle = Promise.withResolvers<void>();
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const id = randomUUID();
      running = { id, resolve, reject };
      response
        .writeHead(200, {
          'content-type': 'application/json',
          'lambda-runtime-aws-request-id': id,
          'lambda-runtime-deadline-ms': String(deadline),
          'lambda-runtime-invoked-function-arn': arn,
          'lambda-runtime-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${id.replaceAll('-', '').slice(0, 24)};Sampled=0`,
        })
        .end(JSON.stringify(event));
      return promise;
    },
    gone(error) {
      initialized.reject(error);
      running?.reject(error);
      running = undefined;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
