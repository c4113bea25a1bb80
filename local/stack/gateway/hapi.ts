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
  response?: { isBoom?: boolean; output?: { statusCode: number; payload: unknown } };
}
export interface HapiToolkit {
  readonly continue: symbol;
  /** The response is written by whoever returns this. */
  readonly abandon: symbol;
}
