import { invalidParameter } from './invalid-parameter.ts';
import { queryParametersOf } from './query-parameters.ts';
import type { RouteKey } from './route.ts';
import { strangeName } from './strange-name.ts';

/**
 * Holds a query to what its route takes. It is read as it was sent, because the gateway joins the values of a name.
 * @throws HttpProblem 400 when a parameter is unknown there, empty, or given more than once
 */
export function refuseStrangeQuery(query: URLSearchParams, route: RouteKey): void {
  const known = queryParametersOf(route);
  const seen = new Set<string>();
  for (const [name, value] of query) {
    if (!Object.hasOwn(known, name)) throw strangeName(name, Object.keys(known));
    if (seen.has(name)) throw invalidParameter(name, 'is given more than once');
    if (value === '') throw invalidParameter(name, 'is empty');
    seen.add(name);
  }
}
