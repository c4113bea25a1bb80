import type { Mutant } from '../mutant.ts';

const desk = 'lib/adapters/mongo/desk.ts';
const jobs = 'lib/adapters/mongo/replay-jobs.ts';
const routes = 'test/lib/http/keys.test.ts';
const audited = 'test/lib/http/get-audit.test.ts';
const toldAndScoped = 'test/lib/http/told-and-scoped.test.ts';

/** Changes that nobody is told of, or that are told of with values; routes of keys that show or take what is another's. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'the desk changes without an entry',
    file: desk,
    search: "          if (decided.audit !== 'of its job') await writeAudit(db, session, decided.audit);\n",
    replace: '',
    caughtBy: 'test/lib/failures/replay/replay.contract.test.ts',
    title: 'is written with what it tells of',
  },
  {
    name: 'a replay of many begins without an entry',
    file: jobs,
    search: '          await writeAudit(db, session, audit);\n',
    replace: '',
    caughtBy: 'test/lib/failures/replay/many.contract.test.ts',
    title: 'has one entry for its beginning',
  },
  {
    name: 'a replay of many is cancelled without an entry',
    file: jobs,
    search: '        await writeAudit(db, session, audit(job));\n',
    replace: '',
    caughtBy: 'test/lib/failures/replay/many.contract.test.ts',
    title: 'has one entry for its beginning',
  },
  {
    name: 'an edited replay is told as a plain one',
    file: 'lib/failures/told.ts',
    search: "if (what.kind === 'replace' && edited) {",
    replace: 'if (false) {',
    caughtBy: toldAndScoped,
    title: 'is told to the audit',
  },
  {
    name: 'any key revokes keys',
    file: 'lib/wiring/functions/keys.ts',
    search: "'DELETE /keys/{id}': 'keys:write'",
    replace: "'DELETE /keys/{id}': 'any key'",
    caughtBy: toldAndScoped,
    title: 'asks for a scope',
  },
  {
    name: 'keys of all tenants are shown to any',
    file: 'lib/http/keys.ts',
    search: "'all tenants' : { tenant: identity.tenant }",
    replace: "'all tenants' : 'all tenants'",
    caughtBy: routes,
    title: 'are 404 and in no list',
  },
  {
    name: 'whoever asks for all tenants sees them',
    file: 'lib/http/acting-tenant.ts',
    search: "if (!hasScope(identity, 'operator')) throw",
    replace: "if (named !== EVERY_TENANT && !hasScope(identity, 'operator')) throw",
    caughtBy: routes,
    title: 'of tenant=\\* are an operator',
  },
  {
    name: 'a body that got lost wipes a tenant',
    file: 'lib/http/tenants.ts',
    search: '    refuseNoBody(request);\n',
    replace: '',
    caughtBy: routes,
    title: 'is not wiped',
  },
  {
    name: 'half an end is answered as a whole one',
    file: 'lib/http/keys.ts',
    search: '(complete ? 200 : 202)',
    replace: '(complete ? 200 : 200)',
    caughtBy: routes,
    title: 'end: 200 when both stores hold it',
  },
  {
    name: 'openapi.json asks for no scope',
    file: 'lib/http/api-documents/openapi.ts',
    search: "[{ key: access === 'any key' ? [] : [access] }",
    replace: '[{ key: [] }',
    caughtBy: 'test/lib/http/api-documents/openapi.test.ts',
    title: 'names of every operation the scope',
  },
  {
    name: 'a replay forgets who sent its event',
    file: 'lib/failures/replay/message.ts',
    search: '    ...(record.by && { by: record.by }),\n',
    replace: '',
    caughtBy: 'test/lib/failures/replay/edited.contract.test.ts',
    title: 'stands in its record and goes along',
  },
  {
    name: 'a key is told of what it is not for',
    file: 'lib/http/get-audit.ts',
    search: 'audit.list(reach, asked)',
    replace: 'audit.list({ tenants: reach.tenants }, asked)',
    caughtBy: audited,
    title: 'leaves out what a key is not for',
  },
  {
    name: 'the audit passes over the time that is asked for',
    file: 'lib/http/get-audit.ts',
    search: '...readListFilter(request), ...(by',
    replace: 'limit: readListFilter(request).limit, ...(by',
    caughtBy: audited,
    title: 'from one time on and before another',
  },
  {
    name: 'a cursor of one tenant’s audit leads into another’s',
    file: 'lib/http/get-audit.ts',
    search: "{ list: 'audit', reach, filter",
    replace: "{ list: 'audit', reach: { tenants: [] }, filter",
    caughtBy: audited,
    title: 'whose cursor leads nowhere',
  },
  {
    name: 'a cursor of one tenant’s keys leads into another’s',
    file: 'lib/http/keys.ts',
    search: "{ list: 'keys', reach, filter",
    replace: "{ list: 'keys', reach: { tenants: [] }, filter",
    caughtBy: routes,
    title: 'whose cursor leads nowhere',
  },
  {
    name: 'a list of keys shows what they are found by',
    file: 'lib/http/keys.ts',
    search: '      entryOf,\n',
    replace: '      (key) => key,\n',
    caughtBy: routes,
    title: 'shows the key once',
  },
  {
    name: 'a rotation has the overlap that nobody asked for',
    file: 'lib/http/keys.ts',
    search: '...asked(request, identity), overlap }',
    replace: '...asked(request, identity), overlap: overlap && 86_400 }',
    caughtBy: routes,
    title: 'are rotated, by',
  },
  {
    name: 'a key is not told what binds it',
    file: 'lib/http/keys.ts',
    search: 'name: key.name, scopes, types, sources, expires }',
    replace: 'name: key.name, scopes }',
    caughtBy: routes,
    title: 'whoami tells a key its bounds',
  },
];

export const told: readonly Mutant[] = broken.map((mutant) => ({ engine: 'told', ...mutant }));
