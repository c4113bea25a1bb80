import type { Catalogue } from '../../core/catalogue.ts';
import type { RouteKey, Routes } from '../route.ts';
import type { Schema } from './embed.ts';

/** One answer: https://spec.openapis.org/oas/v3.1.1.html#response-object */
export interface ResponseObject {
  readonly description: string;
  /** By media type. */
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
  /** By name. */
  readonly headers?: Readonly<Record<string, unknown>>;
}
/** By status. */
export type Responses = Readonly<Record<number, ResponseObject>>;

/** What OpenAPI says of one route; what its method, path and access say already is left out. */
export interface OperationObject {
  operationId: string;
  summary: string;
  description?: string;
  tags: readonly string[];
  parameters?: readonly unknown[];
  requestBody?: unknown;
  responses: Responses;
  /** Other ways to ask the route, by the path under which each stands (lib/http/query-parameters.ts). */
  also?: Readonly<Record<`/${string}`, OperationObject>>;
}
export type Operation = (catalogue: Catalogue) => OperationObject;
/** One for each route. */
export type Operations<Key extends RouteKey> = Readonly<Record<Key, Operation>>;

/** The routes of a function, and what OpenAPI says of each. */
export interface DocumentedRoutes {
  routes: Routes;
  /** By route. */
  operations: Readonly<Record<string, Operation>>;
}
