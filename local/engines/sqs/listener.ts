import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Action } from './actions.ts';
import { isOfAPage } from './of-a-page.ts';
import { Refusal } from './refusal.ts';
import { type Body, isRecord } from './request.ts';
import { regionOf, senderOf } from './signer.ts';
import type { World } from './world.ts';

/** A request that an action leaves to fauxqs, as it came. */
export interface Passed {
  headers: IncomingMessage['headers'];
  text: string;
}

export interface ListenerOptions {
  world: Pick<World, 'changes'>;
  actions: ReadonlyMap<string, Action>;
  /** In which a request is that does not say one. */
  region: string;
  /** Answers all that no action of ours is for. */
  others: RequestListener;
  /** Has fauxqs do what an action only looked at. */
  pass(request: Passed): Promise<{ status: number; headers: Readonly<Record<string, string>>; text: string }>;
}

const JSON_TYPE = 'application/x-amz-json-1.0';
const IS_JSON = /^application\/x-amz-json-1\.\d\b/i;
/** Far above what a request of SQS may have, 1 MiB of messages. */
const MOST_BYTES = 11 * 1024 * 1024;

/**
 * Answers requests to SQS: without fauxqs where the action is done here, because its server takes longer for a request than the action does.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export function listenerOf(options: ListenerOptions): RequestListener {
  const { world, actions, others } = options;
  return (request, response) => {
    if (isOfAPage(request.headers)) return refuse(response, 403, NO_PAGE);
    const isJson = request.method === 'POST' && IS_JSON.test(request.headers['content-type'] ?? '');
    const action = isJson ? actions.get(nameIn(request)) : undefined;
    if (!action) {
      if (!isReading(nameIn(request))) world.changes++;
      return others(request, response);
    }
    answer(action, request, response, options).catch((error: unknown) => {
      if (response.destroyed || response.headersSent) return response.destroy();
      console.error(error);
      refuse(response, 500, BROKEN);
    });
  };
}

async function answer(
  action: Action,
  request: IncomingMessage,
  response: ServerResponse,
  { world, region, pass }: ListenerOptions,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => response.writableFinished || gone.abort());
  const text = await textOf(request);
  if (text === undefined) return refuse(response, 413, TOO_LONG);
  const body = bodyIn(text);
  if (!body) return refuse(response, 400, NO_JSON);
  const { authorization } = request.headers;
  try {
    const given = await action({
      body,
      region: regionOf(authorization) ?? region,
      sender: senderOf(authorization),
      gone: gone.signal,
    });
    const passed = given ? undefined : await pass({ headers: request.headers, text });
    // Not when its request begins: what is saved while that comes in is without it.
    if (!isReading(nameIn(request)) || (given && 'Messages' in given)) world.changes++;
    if (passed) return say(response, passed.status, passed.headers, passed.text);
    say(response, 200, {}, JSON.stringify(given));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    say(response, 400, { 'x-amzn-query-error': error.queryError }, JSON.stringify(error.body));
  }
}

/** @returns undefined for what is longer than any request of SQS @throws the error of a request that breaks off */
function textOf(request: IncomingMessage): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const parts: Buffer[] = [];
  let length = 0;
  request.on('data', (part: Buffer) => {
    length += part.length;
    if (length <= MOST_BYTES) parts.push(part);
    else resolve(undefined);
  });
  request.once('end', () => resolve(Buffer.concat(parts).toString()));
  request.once('error', reject);
  return promise;
}

function bodyIn(text: string): Body | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isRecord(body) ? body : {};
  } catch {
    return undefined;
  }
}

function say(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, text: string): void {
  response.writeHead(status, { 'content-type': JSON_TYPE, ...headers, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

const refuse = (response: ServerResponse, status: number, fault: { __type: string; message: string }): void =>
  say(response, status, {}, JSON.stringify(fault));

const NO_PAGE = { __type: 'com.amazonaws.sqs#AccessDeniedException', message: 'a web page may not ask this SQS' };
const TOO_LONG = { __type: 'com.amazon.coral.service#RequestEntityTooLargeException', message: 'too long' };
const BROKEN = { __type: 'com.amazonaws.sqs#InternalFailure', message: 'something broke here; the engine said what' };
const NO_JSON = { __type: 'com.amazon.coral.service#SerializationException', message: 'the body is no JSON' };

const nameIn = ({ headers }: IncomingMessage): string =>
  String(headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');

/** A receive changes something when it hands something out. */
const isReading = (action: string): boolean => /^(Get|List|ReceiveMessage$)/.test(action);
