import type { IncomingMessage, ServerResponse } from 'node:http';

/** The part of hapi, which serverless-offline brings along, that is used here: https://hapi.dev/api */
export interface HapiServer {
  ext(point: 'onRequest' | 'onPreHandler' | 'onPreResponse', method: HapiMethod): void;
}
export type HapiMethod = (request: HapiRequest, h: HapiToolkit) => symbol | Promise<symbol>;

export interface HapiRequest {
  /** In lower case. */
  method: string;
  headers: Record<string, string | undefined>;
  /** Decoded. */
  params: Record<string, string>;
  payload: unknown;
  info: { remoteAddress: string; received: number };
  raw: { req: IncomingMessage; res: ServerResponse };
  route: { path: string };
  response?: { isBoom?: boolean; output?: { statusCode: number; payload: unknown; headers: Record<string, unknown> } };
}
export interface HapiToolkit {
  readonly continue: symbol;
  /** The response is written by whoever returns this. */
  readonly abandon: symbol;
}

/**
 * serverless-offline keeps its server to itself but for this.
 * @param plugins of the framework
 * @throws Error when it is not among them, or gives no access any more
 */
export function serverOf(plugins: readonly object[]): HapiServer {
  const offline = plugins.find((plugin) => plugin.constructor.name === 'ServerlessOffline') as
    | { internals?(): { getApiGatewayServer?(): HapiServer } }
    | undefined;
  const server = offline?.internals?.().getApiGatewayServer?.();
  if (!server) throw new Error('serverless-offline is not loaded, or no longer gives access to its server');
  return server;
}
