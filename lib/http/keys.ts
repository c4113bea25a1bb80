import { type Ended, revokeKey, rotateKey } from '../access/end-key.ts';
import type { EndPorts } from '../access/ends.ts';
import { type KeyPorts, makeKey } from '../access/make-key.ts';
import { entryOf } from '../core/access/entry-of.ts';
import type { Identity } from '../core/access/identity.ts';
import { newKey, rotation } from '../core/access/key-entry.ts';
import { changeOf } from './change-of.ts';
import type { Handlers, HttpHandler } from './http-function.ts';
import { readLimit } from './list-filter.ts';
import { pageAnswer } from './page-answer.ts';
import { listedReach, ownReach } from './reach.ts';
import type { HttpRequest } from './request.ts';
import { schemaBody } from './schema-body.ts';

/** Keys of a tenant (docs/http.md section 5). */
export const keyHandlers = (
  ports: KeyPorts & EndPorts,
): Handlers<'POST /keys' | 'GET /keys' | 'POST /keys/{id}/rotate' | 'DELETE /keys/{id}' | 'GET /whoami'> => ({
  'POST /keys': createKey(ports),
  'GET /keys': listKeys(ports),
  'POST /keys/{id}/rotate': rotate(ports),
  'DELETE /keys/{id}': revoke(ports),
  'GET /whoami': whoAmI,
});

const createKey =
  (ports: KeyPorts): HttpHandler =>
  async (request, identity) => {
    const wanted = schemaBody(request, newKey(ports.stage));
    const { entry, text } = await makeKey(wanted, { ...changeOf(request, identity), maker: identity }, ports);
    return { status: 201, body: { ...entry, key: text } };
  };

const listKeys =
  ({ keys }: KeyPorts): HttpHandler =>
  (request, identity) => {
    const reach = listedReach(identity, request.query, ownReach(identity));
    const of = reach.tenants === 'all' ? 'all tenants' : { tenant: identity.tenant };
    return pageAnswer(
      request,
      { list: 'keys', reach, filter: readLimit(request) },
      (asked) => keys.list(of, asked),
      entryOf,
    );
  };

const rotate =
  (ports: KeyPorts & EndPorts): HttpHandler =>
  async (request, identity) => {
    const { overlap } = schemaBody(request, rotation);
    const { text, ...ended } = await rotateKey({ ...asked(request, identity), overlap }, ports);
    return { status: statusOf(ended), body: { ...ended.entry, key: text } };
  };

const revoke =
  (ports: KeyPorts & EndPorts): HttpHandler =>
  async (request, identity) => {
    const ended = await revokeKey(asked(request, identity), ports);
    return { status: statusOf(ended), body: ended.entry };
  };

const asked = (request: HttpRequest, identity: Identity) => ({
  ...changeOf(request, identity),
  of: { tenant: identity.tenant },
  id: request.pathParameters.id ?? '',
  caller: identity,
});

/** 202: one of the two stores holds it, and it is to be asked for again. */
const statusOf = ({ complete }: Pick<Ended, 'complete'>): number => (complete ? 200 : 202);

const whoAmI: HttpHandler = async (_, { key, tenant, home = tenant, scopes, types, sources, expires }) => ({
  status: 200,
  body: { id: key.id, tenant: home, name: key.name, scopes, types, sources, expires },
});
