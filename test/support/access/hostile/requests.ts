import fc from 'fast-check';
import type { Wired } from '../../http-api.ts';
import { expected } from '../expected.ts';
import { type Example, requestOf, type Things } from '../things.ts';
import { authorizationOf, bearer, forgedAuthorizer, forgedRoute } from './authorizations.ts';
import { changedBody, changedTarget, headersOf, queryOf } from './parts.ts';
import { strangeText, strangeValue } from './texts.ts';

/** What an attacker knows: ids and cursors of its own and of others, and keys. */
export interface Knowledge {
  example: Example;
  things: readonly Things[];
  cursors: readonly string[];
  /** Texts of keys that it has. */
  texts: readonly string[];
  /** Those of them that open a route. */
  opening(route: string): readonly string[];
  /** Keys of nobody any more, or of elsewhere. */
  dead: readonly string[];
}

/** A request over the wire, or an event that reaches a function without the gateway, with what it says of who calls. */
export type Hostile =
  | { readonly wired: Wired }
  | { readonly wired: Wired; readonly routeKey: string | undefined; readonly authorizer: unknown };

/** What is strange of a request: mostly one thing, or it would get nowhere. */
type Odd = 'target' | 'query' | 'body' | 'headers' | 'who' | 'method';
const ODD: readonly (readonly Odd[])[] = [
  ...[['target'], ['query'], ['query'], ['query'], ['body'], ['body'], ['body'], ['body'], ['headers']],
  ...[['who'], ['who'], ['who', 'query'], ['query', 'body'], ['target', 'query', 'body', 'headers', 'who', 'method']],
] as const;

/** Those that read come once, the others again: there is more in them. */
const ROUTES = Object.keys(expected).flatMap((route) => (/^GET [^{]*$/.test(route) ? [route] : [route, route, route]));

/** Requests of somebody who wants more than is theirs. */
export function hostileRequest(knowledge: Knowledge): fc.Arbitrary<Hostile> {
  const { things, cursors, example } = knowledge;
  const ids = things.flatMap((one) => Object.values(one));
  const text = strangeText([...ids, ...cursors]);
  const value = strangeValue(text);
  const wired = fc
    .record({
      route: fc.constantFrom(...ROUTES),
      thing: fc.constantFrom(...things),
      odd: fc.constantFrom<readonly Odd[]>(...ODD),
      target: changedTarget(text),
      query: queryOf(text, cursors),
      body: changedBody(value, text, example),
      headers: headersOf(text),
      authorization: authorizationOf(knowledge),
      key: fc.nat(),
      method: fc.constantFrom('HEAD', 'OPTIONS', 'PATCH', 'PUT', 'DELETE', 'get', 'TRACE'),
    })
    .map(({ route, thing, odd, key, ...changed }): Wired => {
      const asked = requestOf(route, thing, example, 'theirs');
      const is = (part: Odd) => odd.includes(part);
      const body = is('body') ? changed.body(asked.body) : asked.body && JSON.stringify(asked.body);
      const path = is('target') ? changed.target(asked.path) : asked.path;
      const open = knowledge.opening(route);
      const texts = key % 4 === 0 || open.length === 0 ? knowledge.texts : open;
      return {
        method: is('method') ? changed.method : asked.method,
        target: `${path}${is('query') ? changed.query : ''}`,
        headers: [
          ...(is('who') ? changed.authorization : [bearer(texts[key % texts.length] ?? '')]),
          ...(is('headers') ? changed.headers : [['Content-Type', 'application/json'] as const]),
        ],
        ...(body !== undefined && { body }),
      };
    });
  const forged = fc.tuple(wired, seldom(3, forgedRoute), forgedAuthorizer);
  return fc.oneof(
    { weight: 6, arbitrary: wired.map((one) => ({ wired: one })) },
    {
      weight: 1,
      arbitrary: forged.map(([one, routeKey, authorizer]) => ({
        ...{ wired: one, routeKey, authorizer },
      })),
    },
  );
}

/** One of so many times; else nothing. */
const seldom = <Value>(times: number, one: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: one });
