import fc from 'fast-check';
import type { Example } from '../things.ts';
import type { Headers } from './authorizations.ts';
import { members, parameters, prototypes } from './texts.ts';

/** What is asked for, or another way to say it, or something near it. */
export const changedTarget = (text: fc.Arbitrary<string>): fc.Arbitrary<(path: string) => string> =>
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
export function queryOf(text: fc.Arbitrary<string>, cursors: readonly string[]): fc.Arbitrary<string> {
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
    { weight: 2, arbitrary: fc.constantFrom('?source=%2Ftenants%2Ftheirs', '?source=%2Ftenants%2Fmine') },
    { weight: 1, arbitrary: fc.constantFrom('?order=settled', '?limit=1', '?since=2020-01-01T00:00:00Z', '?by=none') },
  );
}

type Body = (valid: object | undefined) => string | undefined;

/** The valid body of the route, with something else in it, in its place, or around it. */
export function changedBody(
  value: fc.Arbitrary<unknown>,
  text: fc.Arbitrary<string>,
  { data }: Example,
): fc.Arbitrary<Body> {
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

/** Names that a proxy or a framework may believe, and media types. */
export function headersOf(text: fc.Arbitrary<string>): fc.Arbitrary<Headers> {
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
