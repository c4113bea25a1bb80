import type { MatchedRoute } from './event.ts';

type Segment = { readonly name: string } | { readonly parameter: string };

interface Route {
  routeKey: string;
  segments: readonly Segment[];
}

/** @returns `malformed` where a parameter cannot be decoded */
export type Router = (method: string, path: string) => MatchedRoute | 'malformed' | undefined;

/**
 * Finds the route of a request as an HTTP API does: where several fit, a name goes before a parameter.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 * @param routeKeys `GET /events/{id}`
 * @throws Error for a parameter of several segments
 */
export function routerOf(routeKeys: Iterable<string>): Router {
  const routes = [...routeKeys].map(routeOf).toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  const byShape = Map.groupBy(routes, ({ routeKey, segments }) => shapeOf(routeKey.split(' ')[0] ?? '', segments));
  return (method, path) => {
    const given = path.split('/');
    const decoded = given.map(decode);
    const found = byShape
      .get(shapeOf(method, given))
      ?.find(({ segments }) =>
        segments.every((segment, at) => ('name' in segment ? segment.name === decoded[at] : given[at] !== '')),
      );
    if (!found) return undefined;
    const pathParameters: Record<string, string> = {};
    for (const [at, segment] of found.segments.entries()) {
      if ('name' in segment) continue;
      const value = decoded[at];
      if (value === undefined) return 'malformed';
      pathParameters[segment.parameter] = value;
    }
    return { routeKey: found.routeKey, pathParameters };
  };
}

function routeOf(routeKey: string): Route {
  const [, path = ''] = routeKey.split(' ');
  const segments = path.split('/').map((part): Segment => {
    const parameter = /^\{(.+)\}$/.exec(part)?.[1];
    if (parameter?.endsWith('+')) throw new Error(`${routeKey}: a parameter of several segments is not known here`);
    return parameter === undefined ? { name: part } : { parameter };
  });
  return { routeKey, segments };
}

/** Less for who has a name where another has a parameter. */
const rankOf = ({ segments }: Route): string => segments.map((segment) => ('name' in segment ? 0 : 1)).join('');

const shapeOf = (method: string, segments: readonly unknown[]): string => `${method} ${segments.length}`;

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
