import { TENANT_NAME } from '../../core/access/key-entry.ts';
import { idInPath, json, link, otherMedia, problem, retryAfter, unreadable } from './openapi-parts.ts';
import type { OperationObject, Operations } from './operation.ts';

const tags = ['Access'] as const;
const silent = problem('`store-unavailable`; nothing holds it', retryAfter);

/** What every route refuses that takes a body. */
const ofBodies = {
  400: problem('`invalid-json`, `invalid-parameter`'),
  413: problem('`request-too-large`'),
  415: otherMedia(),
} as const;

/** An end that both stores hold, or one: 202 is to be repeated until it is 200. */
const ended = (what: string, schema: string): OperationObject['responses'] => ({
  200: { description: what, content: json(schema) },
  202: {
    description: `${what}; one of the two stores does not answer: repeat it until it is 200`,
    content: json(schema),
  },
});

/** Keys of a tenant. */
export const keyOperations: Operations<
  'POST /keys' | 'GET /keys' | 'POST /keys/{id}/rotate' | 'DELETE /keys/{id}' | 'GET /whoami'
> = {
  'POST /keys': () => ({
    operationId: 'createKey',
    summary: 'Make a key, which is shown this once',
    description: 'What is left out is the maker’s: no key gets more by saying less. `tenant` is for operators to name.',
    tags,
    requestBody: { required: true, content: json('KeyRequest') },
    responses: {
      201: { description: 'The key, and its text', content: json('KeyWithText') },
      ...ofBodies,
      403: problem('`grant-exceeds-key`, with `exceeds`'),
      503: problem('`store-unavailable`; there may be a key then, whose text nobody has', retryAfter),
    },
  }),
  'GET /keys': () => ({
    operationId: 'listKeys',
    summary: 'Keys, the newest first',
    tags,
    responses: { 200: { description: 'A page', content: json('KeyPage'), headers: link }, 503: unreadable },
  }),
  'POST /keys/{id}/rotate': () => ({
    operationId: 'rotateKey',
    summary: 'Give a key a new text; the one before opens it until the end of the overlap',
    tags,
    parameters: [idInPath],
    requestBody: { required: false, content: json('RotationRequest') },
    responses: {
      ...ended('The key, and its new text', 'KeyWithText'),
      ...ofBodies,
      403: problem('`grant-exceeds-key`'),
      404: problem('`key-unknown`'),
      503: problem('`store-unavailable`; it may have a new text then, which nobody has: repeat it', retryAfter),
    },
  }),
  'DELETE /keys/{id}': () => ({
    operationId: 'revokeKey',
    summary: 'Revoke a key; that it opens nothing any more is certain when `effectiveBy` is past',
    tags,
    parameters: [idInPath],
    responses: {
      ...ended('The key, revoked', 'Key'),
      403: problem('`grant-exceeds-key`'),
      404: problem('`key-unknown`'),
      503: silent,
    },
  }),
  'GET /whoami': () => ({
    operationId: 'whoAmI',
    summary: 'What the key is that this is asked with',
    tags,
    responses: { 200: { description: 'The key', content: json('WhoAmI') } },
  }),
};

const tenantInPath = {
  name: 'tenant',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: `^${TENANT_NAME}$` },
};

/** What is said of a tenant. */
export const tenantOperations: Operations<'GET /tenants/{tenant}' | 'PUT /tenants/{tenant}'> = {
  'GET /tenants/{tenant}': () => ({
    operationId: 'getTenant',
    summary: 'What is said of a tenant; `{ tenant }` where nothing is',
    tags,
    parameters: [tenantInPath],
    responses: { 200: { description: 'The tenant', content: json('Tenant') }, 503: unreadable },
  }),
  'PUT /tenants/{tenant}': () => ({
    operationId: 'putTenant',
    summary: 'Say all that is to be said of a tenant, in place of what was',
    tags,
    parameters: [tenantInPath],
    requestBody: { required: true, content: json('TenantRequest') },
    responses: { ...ended('The tenant', 'Tenant'), ...ofBodies, 503: silent },
  }),
};

/** What was done. */
export const auditOperations: Operations<'GET /audit'> = {
  'GET /audit': () => ({
    operationId: 'listAudit',
    summary: 'Who did what, the newest first; kept for 400 days',
    tags,
    responses: { 200: { description: 'A page', content: json('AuditPage'), headers: link }, 503: unreadable },
  }),
};
