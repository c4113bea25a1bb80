import type { Scope } from '../core/access/scopes.ts';

/** Every method that a route may have, in the order in which they are listed. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** `GET /events/{id}`: a route as API Gateway names it in every request (`routeKey`). */
export type RouteKey = `${(typeof METHODS)[number]} /${string}`;
/** Who may call a route: keys with a scope, any key, or anyone. */
export type Access = Scope | 'any key' | 'anyone';
/** The routes of a function, and who may call them. */
export type Routes<Key extends RouteKey = RouteKey> = Readonly<Record<Key, Access>>;

/** Whether a request's `routeKey` is one of these routes. */
export const isRoute = <Key extends RouteKey>(routeKey: string, routes: Routes<Key>): routeKey is Key =>
  Object.hasOwn(routes, routeKey);

/** `GET /events/{id}` in its parts. */
export function partsOf(routeKey: string): { method: string; path: string } {
  const [method = '', path = ''] = routeKey.split(' ');
  return { method, path };
}
