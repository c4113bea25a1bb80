import type { ServerResponse } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { messageOf } from '../../../lib/core/errors.ts';
import { type Admitted, admitsOrigin, originForm, refusalOf, valuesOf } from './admission.ts';
import type { Authorized } from './authorization.ts';
import { type CorsSettings, corsHeaders, preflightHeaders } from './cors.ts';
import { eventOf } from './event.ts';
import type { HapiRequest, HapiServer, HapiToolkit } from './hapi.ts';
import {
  gatewaySays,
  internalServerError,
  notFound,
  type RawResponse,
  responseOf,
  serviceUnavailable,
  tooLarge,
} from './response.ts';

/** Longest that a function may take: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const INTEGRATION_MS = 30_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, of what goes in and of what comes out */
const INVOCATION_BYTES = 6 * 1024 * 1024;

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
 * Makes the server of serverless-offline answer as an HTTP API does: the framework's plugin routes, this gives the function the
 * event that AWS would give, and the client the bytes that AWS would send.
 */
export function attachGateway(server: HapiServer, options: GatewayOptions): Gateway {
  const running = new Set<Promise<void>>();
  let open = true;
  // The one place that every request passes, also those that have no route or are malformed.
  server.ext('onRequest', (request, h) => {
    const said = beforeRouting(request, options);
    if (said === undefined) return h.continue;
    write(request.raw.res, said, {});
    return h.abandon;
  });
  // Without its own type, which would be refused here when malformed; the event is made of the raw headers.
  server.ext('onRequest', (request, h) => {
    if (request.headers['content-type'] !== undefined) request.headers['content-type'] = 'application/octet-stream';
    return h.continue;
  });
  server.ext('onPreHandler', async (request, h) => {
    const answered = (open ? answer(request, options) : Promise.resolve(serviceUnavailable())).then((response) =>
      write(request.raw.res, response, readableBy(request, options)),
    );
    running.add(answered);
    await answered.finally(() => running.delete(answered));
    return h.abandon;
  });
  server.ext('onPreResponse', (request, h) => sayAsGateway(request, h, readableBy(request, options)));
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
function beforeRouting({ method, raw: { req } }: HapiRequest, options: GatewayOptions): RawResponse | undefined {
  const asked = { method, url: req.url ?? '/', rawHeaders: req.rawHeaders };
  const refusal = refusalOf(asked, admittedBy(options));
  if (refusal !== undefined || !options.cors || method !== 'options') return refusal;
  if (valuesOf('access-control-request-method', asked).length === 0) return undefined;
  const origin = admittedOriginOf(req, options);
  return { status: 204, headers: origin ? preflightHeaders(options.cors, origin) : {}, cookies: [], body: Buffer.of() };
}

const admittedBy = ({ hosts = [], cors }: GatewayOptions): Admitted => ({
  hosts,
  origins: cors?.allowedOrigins ?? [],
});

/** Of the page that sends the request, where there is one and it may read the answer. */
function admittedOriginOf(req: HapiRequest['raw']['req'], options: GatewayOptions): string | undefined {
  const [origin, ...more] = valuesOf('origin', req);
  return origin !== undefined && more.length === 0 && admitsOrigin(origin, admittedBy(options)) ? origin : undefined;
}

function readableBy({ raw: { req } }: HapiRequest, options: GatewayOptions): Record<string, string> {
  const origin = options.cors && admittedOriginOf(req, options);
  return options.cors && origin ? corsHeaders(options.cors, origin) : {};
}

async function answer(request: HapiRequest, options: GatewayOptions): Promise<RawResponse> {
  const { routes, authorize, front, failed, integrationMs } = options;
  const routeKey = `${request.method.toUpperCase()} ${request.route.path.replaceAll('*}', '+}')}`;
  const invoke = routes.get(routeKey);
  const url = originForm(request.raw.req.url ?? '/');
  if (front && request.method === 'get' && /^\/(\?|$)/.test(url)) return front(request.headers.accept);
  // The router forgives a slash at the end, and takes an encoded one for a letter; an HTTP API decodes the path before it is routed.
  if (!invoke || /%2f|\/$/i.test(url.split('?')[0] ?? '')) return notFound();
  const authorized = await authorize(
    eventOf(
      {
        method: request.method,
        url,
        rawHeaders: request.raw.req.rawHeaders,
        body: Buffer.isBuffer(request.payload) ? request.payload : null,
        sourceIp: request.info.remoteAddress,
        received: request.info.received,
      },
      { routeKey, pathParameters: request.params },
    ),
  );
  if ('refused' in authorized) return authorized.refused;
  const { event } = authorized;
  if (isOver(event.body) && Buffer.byteLength(JSON.stringify(event)) > INVOCATION_BYTES) return tooLarge();
  try {
    const given = await within(invoke(event), integrationMs ?? INTEGRATION_MS);
    if (given === timedOut) return serviceUnavailable();
    const response = responseOf(given);
    if (response === undefined) failed(routeKey, 'the answer is not in the format of a Lambda proxy integration');
    else if (response.body.length <= INVOCATION_BYTES) return response;
    else failed(routeKey, `the answer has ${response.body.length} bytes, Lambda takes ${INVOCATION_BYTES}`);
  } catch (error) {
    failed(routeKey, messageOf(error));
  }
  return internalServerError();
}

/** Only a body that could be over with all its characters escaped is worth measuring. */
const isOver = (body: string | undefined): boolean => (body?.length ?? 0) > INVOCATION_BYTES / 6;

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

/** What the server itself refuses, before any function, in API Gateway's words. */
function sayAsGateway(request: HapiRequest, h: HapiToolkit, cors: Record<string, string>): symbol {
  const { response } = request;
  if (!response?.isBoom || !response.output) return h.continue;
  const { statusCode } = response.output;
  const said =
    statusCode === 413 ? tooLarge() : statusCode === 404 ? notFound() : gatewaySays(statusCode, wording(statusCode));
  response.output.payload = JSON.parse(said.body.toString());
  // serverless-offline lets a page of any origin read what it answers itself.
  const own = Object.entries(response.output.headers).filter(([name]) => !name.startsWith('access-control-'));
  response.output.headers = { ...Object.fromEntries(own), ...cors };
  return h.continue;
}

const wording = (status: number): string =>
  status === 400
    ? 'Bad Request'
    : status === 401
      ? 'Unauthorized'
      : status === 403
        ? 'Forbidden'
        : 'Internal Server Error';
