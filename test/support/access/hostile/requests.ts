import fc from 'fast-check';
import type { Wired } from '../../http-api.ts';
import { expected } from '../expected.ts';
import { type Example, requestOf, type Things } from '../things.ts';

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

const operators = ['{"$ne":null}', '$ne', '[$ne]', '$where', '$gt', '{"$gt":""}', 'this.a', '.*', '/./', '*'];
const prototypes = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '_bsontype'];
const tenants = ['mine', 'theirs', 'local', '*', 'null', 'undefined', 'admin'];
const forms = [
  '',
  ' ',
  '~',
  '.',
  '..',
  '%2e%2e',
  '%00',
  '\0',
  '\u2028',
  '\ufeff',
  '😀',
  "'",
  '"',
  '\\',
  '0',
  '-1',
  'null',
];
const times = ['2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '2026-02-30T00:00:00Z'];
const words = ['open', 'replayed', 'failed', 'permanent', 'settled', 'key.created', 'note.kept', 'job.run'];
const parameters = [
  ...['tenant', 'type', 'status', 'since', 'until', 'limit', 'cursor', 'cause', 'code', 'group', 'source', 'order'],
  ...['id', 'by', 'action', 'filter', 'ids'],
];
const members = [
  ...['filter', 'dryRun', 'rate', 'data', 'reason', 'name', 'scopes', 'types', 'sources', 'expires', 'tenant'],
  ...['overlap', 'waits', 'disabled', 'type', 'id', 'source', 'subject', 'time', 'partitionkey', 'replayof', 'key'],
];
const scopes = ['events:read', 'keys:write', 'operator', 'catalogue:read', 'admin', '*'];

/** What is strange of a request: mostly one thing, or it would get nowhere. */
type Odd = 'target' | 'query' | 'body' | 'headers' | 'who' | 'method';
const ODD: readonly (readonly Odd[])[] = [
  ...[['target'], ['query'], ['query'], ['query'], ['body'], ['body'], ['body'], ['body'], ['headers']],
  ...[['who'], ['who'], ['who', 'query'], ['query', 'body'], ['target', 'query', 'body', 'headers', 'who', 'method']],
] as const;

/** Those that read come once, the others again: there is more in them. */
const ROUTES = Object.keys(expected).flatMap((route) => (route.startsWith('GET ') ? [route] : [route, route, route]));

/** Requests of somebody who wants more than is theirs. */
export function hostileRequest(knowledge: Knowledge): fc.Arbitrary<Hostile> {
  const { things, cursors, example } = knowledge;
  const ids = things.flatMap((one) => Object.values(one));
  const text = fc.oneof(
    fc.constantFrom(...ids, ...cursors),
    fc.constantFrom(...operators, ...prototypes, ...tenants, ...forms, ...times, ...words),
    fc.string({ maxLength: 12 }),
    fc.constantFrom('x'.repeat(600), '%', '%zz', 'a'.repeat(70)),
  );
  const value = jsonValue(text);
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

/** Anything that JSON can carry, with operators and names of prototypes wherever an object may stand. */
function jsonValue(text: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const operator = fc.constantFrom('$ne', '$gt', '$in', '$where', '$regex', '$expr', '$or', ...prototypes);
  const leaf = fc.oneof(text, fc.constantFrom(null, true, 0, -1, 1.5, 1e300));
  const object = fc.dictionary(fc.oneof(operator, fc.constantFrom(...members)), leaf, { maxKeys: 2 });
  return fc.oneof(leaf, object, fc.array(fc.oneof(leaf, object), { maxLength: 3 }), fc.constantFrom([scopes], scopes));
}

/** What is asked for, or another way to say it, or something near it. */
const changedTarget = (text: fc.Arbitrary<string>): fc.Arbitrary<(path: string) => string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant((path: string) => path) },
    {
      weight: 2,
      arbitrary: text.map((id) => (path: string) => {
        const segments = path.split('/');
        if (segments.length < 3) return path;
        segments[2] = encodeURIComponent(id.toWellFormed());
        return segments.join('/');
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<(path: string) => string>(
        (path) => `${path}/`,
        (path) => `/${path}`,
        (path) => path.toUpperCase(),
        (path) => `/health/..${path}`,
        (path) => `/health/%2e%2e${path}`,
        (path) => `${path}/%2e`,
        (path) => path.replaceAll('/', '%2F'),
        (path) => path.replace(/^\/(.)/, (_, letter: string) => `/%${letter.charCodeAt(0).toString(16)}`),
        (path) => `${path};x=1`,
        (path) => `${path}%00`,
        (path) => `${path}#`,
        () => '/',
        () => '/$default',
        () => '/__proto__',
      ),
    },
  );

/** Parameters that some route knows, once or twice, and ways to write an object into a query. */
function queryOf(text: fc.Arbitrary<string>, cursors: readonly string[]): fc.Arbitrary<string> {
  const name = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...parameters) },
    fc.constantFrom(...prototypes, 'type[$ne]', 'filter[code][$ne]', 'code.$ne', '$where', 'Tenant', 'tenant[]'),
  );
  const one = fc
    .tuple(name, text)
    .map(([to, value]) => `${encodeURIComponent(to)}=${encodeURIComponent(value.toWellFormed())}`);
  const raw = fc.constantFrom(
    'tenant=%74heirs',
    'tenant=theirs;x',
    '&&',
    '=',
    'tenant',
    '%',
    'tenant=mine&tenant=theirs',
  );
  const some = fc.array(fc.oneof({ weight: 8, arbitrary: one }, raw), { minLength: 1, maxLength: 2 });
  return fc.oneof(
    { weight: 3, arbitrary: some.map((all) => `?${all.join('&')}`) },
    { weight: 1, arbitrary: fc.constantFrom(...cursors).map((cursor) => `?cursor=${cursor}`) },
    { weight: 1, arbitrary: fc.constantFrom('?order=settled', '?limit=1', '?since=2020-01-01T00:00:00Z', '?by=none') },
  );
}

type Body = (valid: object | undefined) => string | undefined;

/** The valid body of the route, with something else in it, in its place, or around it. */
function changedBody(value: fc.Arbitrary<unknown>, text: fc.Arbitrary<string>, { data }: Example): fc.Arbitrary<Body> {
  const member = fc.constantFrom(...members, ...prototypes);
  const filter = fc.dictionary(fc.constantFrom('type', 'code', 'group', 'source', 'ids', 'status', '$where'), value, {
    maxKeys: 2,
  });
  const one = fc.tuple(member, value);
  const instead = fc.oneof(
    value.map((given) => JSON.stringify(given)),
    text,
  );
  return fc.oneof(
    { weight: 3, arbitrary: one.map(withMember) },
    { weight: 2, arbitrary: filter.map((some) => always(JSON.stringify({ filter: some, dryRun: true }))) },
    { weight: 1, arbitrary: one.map(withMemberTwice) },
    { weight: 2, arbitrary: instead.map(always) },
    { weight: 1, arbitrary: fc.array(value, { maxLength: 3 }).map(amongOthers) },
    // Whoever may replay a failure may not send events because of that.
    { weight: 2, arbitrary: fc.constant(withMember(['data', data])) },
  );
}

const always = (body: string): Body => {
  return () => body;
};
const amongOthers = (others: readonly unknown[]): Body => {
  return (valid) => JSON.stringify([valid, ...others]);
};
const withMember = ([name, given]: [string, unknown]): Body => {
  return (valid) => JSON.stringify({ ...valid, [name]: given });
};

/** Behind the others, also where there is one of that name. */
const withMemberTwice = ([name, given]: [string, unknown]): Body => {
  const member = `${JSON.stringify(name)}:${JSON.stringify(given)}`;
  return (valid = {}) =>
    `{${[...Object.entries(valid).map((one) => JSON.stringify(Object.fromEntries([one])).slice(1, -1)), member].join()}}`;
};

type Header = [name: string, value: string];
type Headers = Header[];

const bearer = (text: string): Header => ['Authorization', `Bearer ${text}`];

/** Names that a proxy or a framework may believe, and media types. */
function headersOf(text: fc.Arbitrary<string>): fc.Arbitrary<Headers> {
  const printable = text.map((value) => value.replace(/[^ -~]/g, ''));
  const name = fc.constantFrom(
    ...[
      'X-HTTP-Method-Override',
      'X-Original-URL',
      'X-Rewrite-URL',
      'X-Forwarded-Host',
      'X-Forwarded-User',
      'X-Tenant',
    ],
    ...['Cookie', 'Host', 'X-Amzn-Request-Context', 'Proxy-Authorization', 'Idempotency-Key', 'traceparent', 'ce-id'],
    ...['ce-source', 'ce-type', 'ce-specversion', 'ce-tenant', 'Content-Encoding', ...prototypes],
  );
  const media = fc.constantFrom(
    ...['application/json', 'application/json', 'application/cloudevents+json', 'text/plain', '__proto__', ''],
    ...['application/cloudevents-batch+json', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16'],
  );
  const some = fc.array(fc.tuple(name, printable), { maxLength: 1 });
  const prefer = fc.constantFrom<Headers>([], [], [], [['Prefer', 'wait=0']], [['Prefer', 'wait={"$ne":0}']]);
  return fc.tuple(media, some, prefer).map(([type, more, wait]) => [['Content-Type', type], ...more, ...wait]);
}

/** Whatever may be taken for a key, or for two. */
function authorizationOf({ texts, dead }: Knowledge): fc.Arbitrary<Headers> {
  const key = fc.constantFrom(...texts);
  const at = (text: string, where: number) => where % text.length;
  const damaged = fc
    .tuple(key, fc.nat(), fc.constantFrom('0', 'O', 'l', 'I', '1', 'а', '_', '-', '%30', '\u200b', ' '))
    .map(([text, where, letter]) => text.slice(0, at(text, where)) + letter + text.slice(at(text, where) + 1));
  const flipped = fc.tuple(key, fc.nat(), fc.nat(7)).map(([text, where, bit]) => {
    const bytes = Buffer.from(text);
    bytes[at(text, where)] = (bytes[at(text, where)] ?? 0) ^ (1 << bit);
    return bytes.toString('latin1');
  });
  const other = fc.oneof(damaged, flipped, fc.constantFrom(...dead));
  const one = (value: string): Headers => [['Authorization', value]];
  return fc.oneof(
    { weight: 12, arbitrary: key.map((text) => [bearer(text)]) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(key, fc.constantFrom('bearer ', 'BEARER ', 'Bearer  ', 'bEaReR    '))
        .map(([text, scheme]) => one(scheme + text)),
    },
    { weight: 3, arbitrary: other.map((text) => one(`Bearer ${text}`)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(key, other)
        .chain(([text, bad]) =>
          fc.constantFrom<Headers>(
            [],
            one(''),
            one(text),
            one('Bearer'),
            one(`Bearer\t${text}`),
            one(` Bearer ${text}`),
            one(`Bearer ${text} `),
            one(`Bearer ${text}, Bearer ${bad}`),
            one(`Bearer ${bad},Bearer ${text}`),
            [...one(`Bearer ${text}`), ...one(`Bearer ${text}`)],
            [...one(`Bearer ${bad}`), ['authorization', `Bearer ${text}`]],
            one(`Basic ${Buffer.from(`${text}:`).toString('base64')}`),
            one(`Token ${text}`),
            one(`Bearer "${text}"`),
            one(`Bearer ${encodeURIComponent(text).replaceAll('_', '%5F')}`),
            one(`Bearer ${text.toUpperCase()}`),
            one(`Bearer ${text.repeat(200)}`),
            one(`Bearer {"$ne":null}`),
            one(`Bearer ${text}\n`),
            one(`Bearer __proto__`),
            [['X-Api-Key', text]],
            [['Proxy-Authorization', `Bearer ${text}`]],
          ),
        ),
    },
  );
}

const forgedRoute = fc.constantFrom(
  ...['$default', '', 'constructor', '__proto__', 'get /events', 'GET /events/', 'GET  /events', 'ANY /{proxy+}'],
);

/** An operator of theirs, as anybody but our authorizer would say it. */
const forgedAuthorizer: fc.Arbitrary<unknown> = (() => {
  const told = { tenant: 'theirs', keyId: 'k', keyName: 'k', scopes: 'operator' };
  const lambda = fc.constantFrom<unknown>(
    ...[null, '', 'operator', JSON.stringify(told), [told], [], {}, { lambda: told }, true, 1],
    ...[
      { ...told, scopes: ['operator'] },
      { ...told, scopes: 'operator *' },
      { ...told, tenant: '*' },
    ],
    ...[
      { ...told, tenant: ['theirs'] },
      { ...told, tenant: { $ne: null } },
      { ...told, admin: 'true' },
    ],
    ...[
      { ...told, keyId: '' },
      { ...told, keyName: undefined },
      { ...told, bounds: '{}' },
      { ...told, bounds: 'e30=' },
    ],
    ...[
      { ...told, scopes: 'OPERATOR' },
      { ...told, scopes: ' operator' },
      { ...told, expires: 'never' },
    ],
    JSON.parse('{"__proto__":{"tenant":"theirs","keyId":"k","keyName":"k","scopes":"operator"}}'),
  );
  const another = fc.constantFrom<unknown>(
    ...[undefined, null, 'lambda', [], [{ lambda: told }], told, {}, { Lambda: told }, { lambda: undefined }],
    ...[{ iam: { userArn: 'arn:aws:iam::1:root' } }, { jwt: { claims: told, scopes: ['operator'] } }],
    ...[{ claims: told }, { principalId: 'theirs', ...told }, { custom: told }, { authorizer: { lambda: told } }],
  );
  return fc.oneof(
    lambda.map((one) => ({ lambda: one })),
    another,
  );
})();
