/**
 * Who may ask for what: docs/http.md section 5, written by hand and not from the table of the code, so that the two are compared. A route
 * that is not here fails the tests.
 */
export interface Expected {
  /** The scope it asks for. */
  scope: Scope | 'any key' | 'anyone';
  /** What whoever may is answered. */
  ok: number;
  /** What another tenant's key is answered, where that is something else. */
  strangers?: 404;
  /** Whether an operator may name a tenant in its query. */
  takesTenant: boolean;
}

export type Scope = (typeof SCOPES)[number];
/** All of them. */
export const SCOPES = [
  'events:write',
  'events:read',
  'failures:read',
  'failures:write',
  'catalogue:read',
  'keys:write',
  'operator',
] as const;

export const expected: Readonly<Record<string, Expected>> = {
  'POST /events': { scope: 'events:write', ok: 202, takesTenant: false },
  'GET /events': { scope: 'events:read', ok: 200, takesTenant: true },
  'GET /events/{id}': { scope: 'events:read', ok: 200, strangers: 404, takesTenant: true },
  'GET /failures': { scope: 'failures:read', ok: 200, takesTenant: true },
  'GET /failures/groups': { scope: 'failures:read', ok: 200, takesTenant: true },
  'GET /failures/{id}': { scope: 'failures:read', ok: 200, strangers: 404, takesTenant: true },
  'POST /failures/{id}/replay': { scope: 'failures:write', ok: 202, strangers: 404, takesTenant: true },
  'POST /failures/{id}/discard': { scope: 'failures:write', ok: 200, strangers: 404, takesTenant: true },
  'POST /replays': { scope: 'failures:write', ok: 200, takesTenant: true },
  'GET /replays': { scope: 'failures:read', ok: 200, takesTenant: true },
  'GET /replays/{id}': { scope: 'failures:read', ok: 200, strangers: 404, takesTenant: true },
  'DELETE /replays/{id}': { scope: 'failures:write', ok: 200, strangers: 404, takesTenant: true },
  'POST /keys': { scope: 'keys:write', ok: 201, takesTenant: false },
  'GET /keys': { scope: 'keys:write', ok: 200, takesTenant: true },
  'POST /keys/{id}/rotate': { scope: 'keys:write', ok: 200, strangers: 404, takesTenant: true },
  'DELETE /keys/{id}': { scope: 'keys:write', ok: 200, strangers: 404, takesTenant: true },
  'GET /whoami': { scope: 'any key', ok: 200, takesTenant: true },
  'GET /tenants/{tenant}': { scope: 'operator', ok: 200, takesTenant: true },
  'PUT /tenants/{tenant}': { scope: 'operator', ok: 200, takesTenant: true },
  'GET /audit': { scope: 'keys:write', ok: 200, takesTenant: true },
  'GET /event-types': { scope: 'any key', ok: 200, takesTenant: true },
  'GET /openapi.json': { scope: 'any key', ok: 200, takesTenant: true },
  'GET /asyncapi.json': { scope: 'any key', ok: 200, takesTenant: true },
  'GET /health': { scope: 'anyone', ok: 200, takesTenant: false },
};
