import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadEventFolder } from '../../../../deploy/event-types.ts';
import { openApi } from '../../../../lib/http/api-documents/openapi.ts';
import { httpFunctions } from '../../../../lib/wiring/functions/http-functions.ts';
import { call } from '../../../support/api-gateway.ts';
import { neutralFolder } from '../../../support/neutral-events.ts';
import { apiWorld } from '../../../support/openapi/api-world.ts';
import { type Document, describedIn } from '../../../support/openapi/described.ts';
import { brokenRequest, type Operation, type Request, validRequest } from '../../../support/openapi/requests.ts';
import type { Schema } from '../../../support/openapi/valid-value.ts';

const catalogue = await loadEventFolder(neutralFolder());
// As its readers have it.
const document: Document = JSON.parse(JSON.stringify(openApi(catalogue, httpFunctions, 'open')));

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters = [], ...operation }]) => {
    const described: Operation = { ...operation, method: method.toUpperCase(), path, parameters };
    return { what: `${described.method} ${path}`, operation: described };
  }),
);

const PREFIX = '#/components/schemas/';
const resolve = (ref: string): Schema => {
  const found = document.components.schemas[ref.slice(PREFIX.length)];
  if (!found) throw new Error(`${ref} leads nowhere`);
  return found;
};

const { allows, expectDescribed } = describedIn(document);
const world = apiWorld(catalogue);

async function ask({ method, path }: Operation, { parameters, body }: Request) {
  const of = (where: string) => parameters.filter(({ parameter }) => parameter.in === where);
  const [template = ''] = path.split('#');
  const given = of('path').map(({ parameter: { name }, text }) => [name, text] as const);
  const pathParameters = Object.fromEntries(template.endsWith('/~') ? [['id', '~']] : given);
  const query = of('query').map(({ parameter: { name }, text }) => `${name}=${encodeURIComponent(text)}`);
  const rawPath = template.replace(/\{(\w+)\}/, (_, name) => encodeURIComponent(pathParameters[name] ?? ''));
  const routeKey = `${method} ${template.replace('/~', '/{id}')}`;
  return call((event, context) => world({ ...event, routeKey, pathParameters }, context), {
    method,
    path: `${rawPath}?${query.join('&')}`,
    headers: {
      ...Object.fromEntries(of('header').map(({ parameter, text }) => [parameter.name, text])),
      ...(body && { 'content-type': body.mediaType }),
    },
    ...(body && { body: JSON.stringify(body.value) }),
  });
}
type Answer = Awaited<ReturnType<typeof ask>>;

/** What no document can say; each of these needs to know more than the request's form. */
const beyondForm: readonly [code: string, of: RegExp, reason: string][] = [
  ['invalid-parameter', /^GET .*cursor=/, 'a cursor that no page gave'],
  ['invalid-parameter', /^POST \/keys expires is past$/, 'a time that is past when it is sent'],
  ['invalid-data', /^POST \/(events#binary|failures)/, 'data of another type than that of the event'],
  ['id-reused', /^POST \/events/, 'one id twice'],
  ['event-unknown', /^GET \/events\//, 'an id that nobody sent'],
];

/** Codes of refusals, in arrays too. */
const refusals = ({ status, body }: Answer): string[] =>
  [
    ...(status < 400 ? [] : [body]),
    ...(Array.isArray(body.results) ? body.results.map(({ problem }) => problem ?? {}) : []),
  ].flatMap(({ code }) => (typeof code === 'string' ? [code] : []));

const runs = { seed: 29, numRuns: 25, endOnFailure: true } as const;

describe.each(operations)('entry 29: $what', ({ what, operation }) => {
  it('takes what openapi.json allows, and answers as it says', async () => {
    await fc.assert(
      fc.asyncProperty(validRequest(operation, resolve), async (request) => {
        const answer = await ask(operation, request);
        expectDescribed(operation, answer);
        const names = request.parameters.map(({ parameter: { name } }) => `${name}=`);
        const asked = [what, ...names, answer.body.detail].join(' ');
        const known = beyondForm.flatMap(([code, of]) => (of.test(asked) ? [code] : []));
        expect(
          refusals(answer).filter((code) => !known.includes(code)),
          JSON.stringify(answer.body),
        ).toEqual([]);
      }),
      runs,
    );
  });

  it('refuses what openapi.json does not allow, and answers as it says', async () => {
    await fc.assert(
      fc.asyncProperty(brokenRequest(operation, resolve, allows), async (request) => {
        const answer = await ask(operation, request);
        expectDescribed(operation, answer);
        expect(refusals(answer).length, JSON.stringify(answer)).toBeGreaterThan(0);
      }),
      runs,
    );
  });
});
