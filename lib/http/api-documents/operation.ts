import type { Catalogue } from '../../core/catalogue.ts';
import type { RouteKey, Routes } from '../route.ts';

/** What OpenAPI says of one route; what its method, path and access say already is left out. */
export interface OperationObject {
  operationId: string;
  summary: string;
  description?: string;
  tags: readonly string[];
  parameters?: readonly unknown[];
  requestBody?: unknown;
  responses: Readonly<Record<number, { description: string; [member: string]: unknown }>>;
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
