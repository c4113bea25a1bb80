import { newKey, rotation, tenantBody } from '../../core/access/key-entry.ts';
import { scopes } from '../../core/access/scopes.ts';
import { jsonSchemaOf } from '../../core/json-schema.ts';
import { auditActions } from '../../ports/audit.ts';
import { embed, type Schema } from './embed.ts';
import { object, page, text, time } from './openapi-schema-parts.ts';

const count = { type: 'integer', minimum: 0 } as const;
const rate = object({ requests: count, events: count, bytes: count }, [], {
  description: 'A second; what is left out has no limit',
});
const list = (items: Schema): Schema => ({ type: 'array', items });
const by = object({ key: text, name: text }, ['key', 'name']);
const effectiveBy = { ...time, description: 'When an end holds everywhere' };

const key = {
  id: text,
  name: text,
  tenant: text,
  scopes: list({ enum: scopes }),
  types: list(text),
  sources: list(text),
  rate,
  expires: time,
  last4: { ...text, description: 'The end of its text, by which people tell keys apart' },
  createdtime: time,
  by,
  lastUsed: { ...time, description: 'Noted once a minute at most' },
  revoked: time,
  effectiveBy,
} as const;
const keyRequired = ['id', 'name', 'tenant', 'scopes', 'last4', 'createdtime', 'by'];

const tenant = {
  tenant: text,
  rate,
  waits: { ...count, description: 'Requests that may wait at a time' },
  disabled: { type: 'boolean' },
  effectiveBy,
} as const;

/** The body of a request, as the door checks it (lib/core/access/key-entry.ts). Names that a stage reserves are refused beyond it. */
const body = (schema: Parameters<typeof jsonSchemaOf>[0], name: string): Schema =>
  embed(jsonSchemaOf(schema), `#/components/schemas/${name}`);
/** Any that is not of this machine. */
const STAGE = 'deployed';

/** Keys, tenants and the audit. */
export const keySchemas: Readonly<Record<string, Schema>> = {
  KeyRequest: body(newKey(STAGE), 'KeyRequest'),
  RotationRequest: body(rotation, 'RotationRequest'),
  TenantRequest: body(tenantBody, 'TenantRequest'),
  Key: object(key, keyRequired),
  KeyWithText: object(
    {
      ...key,
      key: { ...text, description: 'The key itself, shown this once', pattern: '^slc_[a-z0-9]+_[0-9A-Za-z]+$' },
    },
    [...keyRequired, 'key'],
  ),
  KeyPage: page('Key'),
  WhoAmI: object(
    { id: text, tenant: text, name: text, scopes: key.scopes, types: key.types, sources: key.sources, expires: time },
    ['id', 'tenant', 'name', 'scopes'],
  ),
  Tenant: object(tenant, ['tenant']),
  AuditEntry: object(
    {
      at: time,
      by,
      action: { enum: auditActions },
      subject: { ...text, description: 'The id of the key, failure or replay; the name of the tenant' },
      pointers: { ...list(text), description: 'JSON pointers (RFC 6901) of what changed' },
      before: { ...text, description: 'Hash of what stood there before' },
      after: { ...text, description: 'Hash of what stands there now' },
      reason: text,
      request: { ...text, description: 'The request id of the gateway' },
      tenant: { type: ['string', 'null'], description: 'That it touches, with `tenant=*`; null is no tenant’s' },
    },
    ['at', 'by', 'action', 'subject', 'request'],
  ),
  AuditPage: page('AuditEntry'),
};
