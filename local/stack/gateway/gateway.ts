import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { messageOf } from '../../../lib/core/errors.ts';
import { type Admitted, type Asked, admitsOrigin, originForm, refusalOf, valuesOf } from './admission.ts';
import type { Authorized } from './authorization.ts';
import { type CorsSettings, corsHeaders, preflightHeaders } from './cors.ts';
import { eventOf } from './event.ts';
import {
  gatewaySays,
  internalServerError,
  notFound,
  type RawResponse,
  responseOf,
  serviceUnavailable,
  tooLarge,
} from './response.ts';
import { type Router, routerOf } from './router.ts';

/** Longest that a function may take: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const INTEGRATION_MS = 30_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, of what goes in and of what comes out */
const INVOCATION_BYTES = 6 * 1024 * 1024;
/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html (payload) */
const BODY_BYTES = 10 * 1024 * 1024;

/** A client that sends when a connection is just being closed for want of use gets an error: on a busy machine 5 s are soon over. */
const KEEP_ALIVE_MS = 60_000;

export interface GatewayOptions {
  /** By `GET /events/{id}`. */
  routes: ReadonlyMap<string, (event: APIGatewayProxyEventV2) => Promise<unknown>>;
  /** Says who calls, or what the gateway says instead. */
  authorize(event: APIGatewayProxyEventV2): Promise<Authorized>;
  /** Of the stage; pages of this machine may call in any case, where it is there at all. */
  cors?: CorsSettings | undefined;
  /** Names of this machine beside those that are loopback. */
  hosts?: readonly string[];
  /** Longest that a function may take; 30 s unless said otherwise. */
  integrationMs?: number;
  /** Answers `GET /`, for whoever comes by; absent: API Gateway's 404. */
  front?: (accept: string | undefined) => RawResponse;
  /** Hears of each request that a function did not answer. */
  failed(routeKey: string, message: string): void;
}

export interface Gateway {
  /** Turns new requests away, and resolves when those under way are answered, or after `ms`. */
  close(ms: number): Promise<void>;
}

/**
 * Answers the requests to a server as an HTTP API does, in place of whoever answered them: gives the function the event that AWS would give,
 * and the client the bytes that AWS would send. What is no HTTP the server itself refuses.
 */
export function attachGateway(listener: Server, options: GatewayOptions): Gateway {
  const running = new Set<Promise<void>>();
  const route = routerOf(options.routes.keys());
  let open = true;
  const respond = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const said = beforeRouting(req, options);
    if (said) return write(res, said, {});
    write(res, open ? await answer(req, route, options) : serviceUnavailable(), readableBy(req, options));
  };
  listener.keepAliveTimeout = KEEP_ALIVE_MS;
  // Without a listener of its own Node lets a client that asks before it sends a body send it.
  for (const event of ['request', 'checkContinue']) listener.removeAllListeners(event);
  listener.on('request', (req, res) => {
    const answered: Promise<void> = respond(req, res)
      .catch((error: unknown) => {
        // The client hung up.
        if (req.errored || res.headersSent) return void res.destroy();
        options.failed(`${req.method} ${req.url}`, messageOf(error));
        write(res, internalServerError(), readableBy(req, options));
      })
      .finally(() => running.delete(answered));
    running.add(answered);
  });
  return {
    async close(ms) {
      open = false;
      const timer = Promise.withResolvers<void>();
      const timeout = setTimeout(timer.resolve, ms);
      await Promise.race([Promise.all(running), timer.promise]);
      clearTimeout(timeout);
    },
  };
}

/** @returns the answer of a request that goes no further: it is refused, or a preflight */
function beforeRouting(
  { method = '', url = '/', rawHeaders }: IncomingMessage,
  options: GatewayOptions,
): RawResponse | undefined {
  const asked = { method, url, rawHeaders };
  const refusal = refusalOf(asked, admittedBy(options));
  if (refusal !== undefined || !options.cors || method !== 'OPTIONS') return refusal;
  if (valuesOf('access-control-request-method', asked).length === 0) return undefined;
  const origin = admittedOriginOf(asked, options);
  return { status: 204, headers: origin ? preflightHeaders(options.cors, origin) : {}, cookies: [], body: Buffer.of() };
}

const admittedBy = ({ hosts = [], cors }: GatewayOptions): Admitted => ({
  hosts,
  origins: cors?.allowedOrigins ?? [],
});

/** Of the page that sends the request, where there is one and it may read the answer. */
function admittedOriginOf(asked: Pick<Asked, 'rawHeaders'>, options: GatewayOptions): string | undefined {
  const [origin, ...more] = valuesOf('origin', asked);
  return origin !== undefined && more.length === 0 && admitsOrigin(origin, admittedBy(options)) ? origin : undefined;
}

function readableBy(req: IncomingMessage, options: GatewayOptions): Record<string, string> {
  const origin = options.cors && admittedOriginOf(req, options);
  return options.cors && origin ? corsHeaders(options.cors, origin) : {};
}

async function answer(req: IncomingMessage, route: Router, options: GatewayOptions): Promise<RawResponse> {
  const { routes, authorize, front, failed, integrationMs } = options;
  const received = Date.now();
  const { method = '', rawHeaders } = req;
  const url = originForm(req.url ?? '/');
  const [path = ''] = url.split('?');
  if (front && method === 'GET' && path === '/') return front(req.headers.accept);
  // An HTTP API decodes the path before it is routed.
  const matched = /%2f/i.test(path) ? undefined : route(method, path);
  if (matched === 'malformed') return gatewaySays(400, 'Bad Request');
  const invoke = matched && routes.get(matched.routeKey);
  if (!invoke) return notFound();
  const body = await bodyOf(req);
  if (body === undefined) return tooLarge();
  const sourceIp = req.socket.remoteAddress ?? '';
  const authorized = await authorize(eventOf({ method, url, rawHeaders, body, sourceIp, received }, matched));
  if ('refused' in authorized) return authorized.refused;
  const { event } = authorized;
  if (mayBeOver(event.body) && bytesOf(event) > INVOCATION_BYTES) return tooLarge();
  const { routeKey } = matched;
  try {
    const given = await within(invoke(event), integrationMs ?? INTEGRATION_MS);
    if (given === timedOut) return serviceUnavailable();
    const response = responseOf(given);
    if (response === undefined) failed(routeKey, 'the answer is not in the format of a Lambda proxy integration');
    else {
      const bytes = mayBeOver(response.body) ? bytesOf(given) : 0;
      if (bytes <= INVOCATION_BYTES) return response;
      failed(routeKey, `the answer has ${bytes} bytes, Lambda takes ${INVOCATION_BYTES}`);
    }
  } catch (error) {
    failed(routeKey, messageOf(error));
  }
  return internalServerError();
}

/** @returns undefined for a body that is too long @throws the error of a request that breaks off */
function bodyOf(req: IncomingMessage): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const parts: Buffer[] = [];
  let length = 0;
  req.on('data', (part: Buffer) => {
    length += part.length;
    if (length <= BODY_BYTES) parts.push(part);
    else resolve(undefined);
  });
  req.once('end', () => resolve(Buffer.concat(parts)));
  req.once('error', reject);
  return promise;
}

/** Only a body that could be over with all its characters escaped is worth measuring. */
const mayBeOver = (body: string | Buffer = ''): boolean => body.length > INVOCATION_BYTES / 6;
/** What Lambda takes and gives is JSON. */
const bytesOf = (payload: unknown): number => Buffer.byteLength(JSON.stringify(payload));

const timedOut = Symbol('timed out');
async function within(answered: Promise<unknown>, ms: number): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, ms, timedOut);
  });
  return Promise.race([answered, over]).finally(() => clearTimeout(timer));
}

function write(
  res: ServerResponse,
  { status, headers, cookies, body }: RawResponse,
  cors: Record<string, string>,
): void {
  res.writeHead(status, {
    ...headers,
    ...cors,
    ...(status !== 204 && { 'content-length': String(body.length) }),
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
  });
  res.end(body);
}
