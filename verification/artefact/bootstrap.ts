/**
 * What the runtime of AWS does for a function of Node 24, as far as a function can tell: loads the handler that _HANDLER names below
 * LAMBDA_TASK_ROOT, asks for an invocation, answers it, and asks for the next. It is no part of what is packaged.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (docs/decisions/0044 says why it is not that one)
 */
import { existsSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => unknown;

const { env } = process;
const [hostname, port] = (env.AWS_LAMBDA_RUNTIME_API ?? '').split(':');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const RUNTIME = '/2018-06-01/runtime';

/** One exchange with Lambda. @throws the error of the connection: without Lambda there is nothing to run for */
async function ask(
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ headers: IncomingHttpHeaders; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ headers: IncomingHttpHeaders; body: string }>();
  const asked = request({ hostname, port, method, path: `${RUNTIME}${path}`, agent, headers }, (response) => {
    text(response).then((answer) => resolve({ headers: response.headers, body: answer }), reject);
  });
  asked.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

function described(thrown: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/** Lambda hears of it, and the process ends: what is thrown here belongs to no invocation. */
const fail = (code: number) => (thrown: unknown) => {
  const error = described(thrown);
  const headers = { 'lambda-runtime-function-error-type': error.errorType };
  ask('POST', '/init/error', error, headers).then(
    () => process.exit(code),
    () => process.exit(code),
  );
};

/** `dist/ingest/index.handler`, with the endings that the runtime tries. */
async function load(): Promise<Handler> {
  const [, path = '', name = ''] = /^(.*)\.([^./]+)$/.exec(env._HANDLER ?? '') ?? [];
  const file = ['', '.js', '.mjs', '.cjs']
    .map((ending) => join(env.LAMBDA_TASK_ROOT ?? '', path + ending))
    .find(existsSync);
  if (file === undefined) throw new TypeError(`Cannot find module '${path}'`);
  const module: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = module[name];
  if (typeof handler !== 'function') throw new TypeError(`${env._HANDLER} is undefined or not exported`);
  return (event, context): unknown => handler(event, context);
}

async function serve(handler: Handler): Promise<never> {
  for (;;) {
    const { headers, body } = await ask('GET', '/invocation/next');
    const id = String(headers['lambda-runtime-aws-request-id']);
    const deadline = Number(headers['lambda-runtime-deadline-ms']);
    env._X_AMZN_TRACE_ID = String(headers['lambda-runtime-trace-id'] ?? '');
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      functionName: env.AWS_LAMBDA_FUNCTION_NAME,
      functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
      logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
      invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
      awsRequestId: id,
      getRemainingTimeInMillis: () => deadline - Date.now(),
    };
    const [what, answer] = await answerOf(handler, JSON.parse(body), context);
    await ask('POST', `/invocation/${encodeURIComponent(id)}/${what}`, answer ?? null);
  }
}

async function answerOf(handler: Handler, event: unknown, context: object): Promise<[what: string, answer: unknown]> {
  try {
    return ['response', await handler(event, context)];
  } catch (thrown) {
    return ['error', described(thrown)];
  }
}

process.on('uncaughtException', fail(129));
process.on('unhandledRejection', fail(128));
load().then(serve).catch(fail(1));
