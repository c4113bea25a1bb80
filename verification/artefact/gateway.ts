import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { systemClock } from '../../lib/wiring/clock.ts';
import { authorization } from '../../local/stack/gateway/authorization.ts';
import { eventOf, type MatchedRoute } from '../../local/stack/gateway/event.ts';
import { internalServerError, notFound, type RawResponse, responseOf } from '../../local/stack/gateway/response.ts';
import type { Deployed } from './deployed.ts';
import type { Lambda } from './lambda.ts';

export interface Gateway {
  /** `http://127.0.0.1:<port>` */
  api: string;
  close(): void;
}

/** The HTTP API of a template: its routes, its authorizer before those that have one, and the functions behind them. */
export async function startGateway(
  { routes, authorizer }: Pick<Deployed, 'routes' | 'authorizer'>,
  lambda: Pick<Lambda, 'invoke'>,
): Promise<Gateway> {
  const matchers = routes.map(({ key, functionName }) => ({ functionName, match: matcherOf(key) }));
  const authorize = authorization({
    open: false,
    anyone: new Set(routes.flatMap(({ key, authorized }) => (authorized ? [] : [key]))),
    ask: (event) => lambda.invoke(authorizer.functionName, event),
    ttlSeconds: authorizer.ttlSeconds,
    clock: systemClock,
    // The functions have said it.
    failed: () => undefined,
  });

  async function answerTo(request: IncomingMessage): Promise<RawResponse> {
    const { method = '', url = '/', rawHeaders, socket } = request;
    const body = await buffer(request);
    for (const { functionName, match } of matchers) {
      const matched = match(method, url);
      if (!matched) continue;
      const raw = { method, url, rawHeaders, body, sourceIp: socket.remoteAddress ?? '', received: Date.now() };
      const authorized = await authorize(eventOf(raw, matched));
      return 'refused' in authorized ? authorized.refused : invoke(functionName, authorized.event);
    }
    return notFound();
  }

  /** A function that fails is 500, as one that answers in another format. */
  async function invoke(functionName: string, event: APIGatewayProxyEventV2): Promise<RawResponse> {
    try {
      return responseOf(await lambda.invoke(functionName, event)) ?? internalServerError();
    } catch {
      return internalServerError();
    }
  }

  const server = createServer(
    (request, response) =>
      void answerTo(request).then(
        (answer) => write(response, answer),
        () => response.destroy(),
      ),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    api: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** @param key `GET /events/{id}` */
function matcherOf(key: string): (method: string, url: string) => MatchedRoute | undefined {
  const [verb = '', path = ''] = key.split(' ');
  const segments = path.split('/');
  return (method, url) => {
    const asked = (url.split('?')[0] ?? '').split('/').map(decodeURIComponent);
    if (method !== verb || asked.length !== segments.length) return undefined;
    const pathParameters: Record<string, string> = {};
    for (const [index, segment] of segments.entries()) {
      const given = asked[index] ?? '';
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name !== undefined && given !== '') pathParameters[name] = given;
      else if (segment !== given) return undefined;
    }
    return { routeKey: key, pathParameters };
  };
}

function write(response: ServerResponse, { status, headers, cookies, body }: RawResponse): void {
  response.writeHead(status, { ...headers, ...(cookies.length > 0 && { 'set-cookie': [...cookies] }) }).end(body);
}
