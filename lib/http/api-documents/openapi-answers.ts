import { type Access, partsOf, type RouteKey } from '../route.ts';
import { header, json, problem, retryAfter } from './openapi-parts.ts';
import { anyOf, ref } from './openapi-schema-parts.ts';
import type { ResponseObject, Responses } from './operation.ts';

/**
 * Every answer of an operation: its own, those that any route may give, and of each whether the gateway may give it in its own words.
 * @param own what the operation says
 * @param isLocal whether it is asked on this machine, where no key is needed
 */
export function answersOf(route: RouteKey, access: Access, own: Responses, isLocal: boolean): Responses {
  const answers = {
    ...own,
    400: own[400] ?? problem('`invalid-parameter`'),
    ...refusals(route, access, own, isLocal),
    500: own[500] ?? problem('`internal-error`; or nobody could say whose the key is'),
    503: own[503] ?? { description: 'No answer within 30 seconds' },
  };
  return mapped(limited(access, answers), (answer, status) =>
    isOfGateway(status, access) ? alsoOfGateway(answer) : answer,
  );
}

const mapped = (answers: Responses, change: (answer: ResponseObject, status: number) => ResponseObject): Responses =>
  Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, change(answer, Number(status))]));

/** Whom the gateway and the function refuse for who they are. */
function refusals(route: RouteKey, access: Access, own: Responses, isLocal: boolean): Responses {
  const asksForKey = access !== 'anyone';
  const { description: said = '', ...refused } = own[403] ?? problem('');
  const codes = [
    ...(said === '' ? [] : [said]),
    ...(!asksForKey || access === 'any key' || said.includes('scope-missing') ? [] : ['`scope-missing`']),
    ...(isLocal ? ['`host-not-allowed`'] : []),
    ...(isLocal && partsOf(route).method !== 'GET' ? ['`origin-not-allowed`'] : []),
  ];
  const description = [codes.join(', '), ...(asksForKey ? ['the gateway refused the key'] : [])]
    .filter(Boolean)
    .join('; ');
  return {
    ...(asksForKey && { 401: unauthenticated }),
    ...(description !== '' && { 403: { ...refused, description } }),
  };
}

const unauthenticated = problem('No key was sent, or nobody has looked at it: `unauthenticated`', {
  'WWW-Authenticate': header('Where nobody has looked at it'),
});

/** Whoever is known may have a limit, which every answer to it tells. */
function limited(access: Access, answers: Responses): Responses {
  if (access === 'anyone') return answers;
  const all = { 429: problem('`rate-limited`', retryAfter), ...answers };
  return mapped(all, (answer) => ({ ...answer, headers: { ...answer.headers, ...rateHeaders } }));
}

const rateHeaders = Object.fromEntries(
  ['RateLimit', 'RateLimit-Policy'].map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

/** What it answers before any function runs, or in the place of one (docs/http.md section 1). */
const isOfGateway = (status: number, access: Access): boolean =>
  [400, 413, 429, 500, 503].includes(status) || (access !== 'anyone' && [401, 403].includes(status));

function alsoOfGateway({ content = {}, ...answer }: ResponseObject): ResponseObject {
  const own = content['application/json'];
  const either = own
    ? { 'application/json': { schema: anyOf([own.schema, ref('GatewayAnswer')]) } }
    : json('GatewayAnswer');
  return { ...answer, content: { ...content, ...either } };
}
