import type { Mutant } from '../mutant.ts';

const sending = 'test/lib/http/post-bounds.test.ts';
const stored = 'test/lib/adapters/mongo/queries.contract.test.ts';
const many = 'test/lib/failures/replay/many.contract.test.ts';
const matrix = 'test/lib/http/tenancy.test.ts';
const within = 'lib/adapters/mongo/within.ts';
const jobs = 'lib/adapters/mongo/replay-jobs.ts';
const acting = 'lib/http/acting-tenant.ts';

/** Keys that reach beyond what they are bound to, and tenants that are not held apart. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'a key sends any type',
    file: 'lib/ingest/within-bounds.ts',
    search: 'if (!mayType(bounds, type)) {',
    replace: 'if (false) {',
    caughtBy: sending,
    title: 'another type is 403',
  },
  {
    name: 'a key sends from any source',
    file: 'lib/ingest/within-bounds.ts',
    search: 'if (!maySource(bounds, source)) {',
    replace: 'if (false) {',
    caughtBy: sending,
    title: 'another source is 403',
  },
  {
    name: 'only a source that was sent is looked at',
    file: 'lib/ingest/check.ts',
    search: 'refuseOutside(bounds, event);',
    replace: "refuseOutside(bounds, { ...event, source: sent.source ?? bounds.sources?.[0] ?? '' });",
    caughtBy: sending,
    title: 'the default source is 403',
  },
  {
    name: 'close names are told before bounds',
    file: 'lib/ingest/check.ts',
    search: '  refuseOutside(bounds, event);\n  const entry = entryOf(sent.type, catalogue, closeTo);',
    replace: '  const entry = entryOf(sent.type, catalogue, closeTo);\n  refuseOutside(bounds, event);',
    caughtBy: sending,
    title: 'a type that is not there is 403',
  },
  {
    name: 'lists of a bound key have everything',
    file: within,
    search: 'return allowed ? { [field]: { $in: [...allowed] } } : {};',
    replace: 'return {};',
    caughtBy: stored,
    title: 'leave out the rest of every list',
  },
  {
    name: 'a filter asks beyond the bounds',
    file: within,
    search: 'allowed && !allowed.includes(wanted) ? { $in: [] } : wanted',
    replace: 'wanted',
    caughtBy: stored,
    title: 'a source that is asked for is none beyond the bounds',
  },
  {
    name: 'a job replays beyond the bounds of its key',
    file: jobs,
    search: 'taken({ tenants: [tenant], ...within }, ',
    replace: 'taken({ tenants: [tenant] }, ',
    caughtBy: many,
    title: 'what is outside is neither counted',
  },
  {
    name: 'a job is cancelled by keys that do not see it',
    file: jobs,
    search: '{ _id: id, ...seenWithin(reach) }, { session',
    replace: '{ _id: id }, { session',
    caughtBy: many,
    title: 'what is outside is neither counted',
  },
  {
    name: 'a job that is bound to nothing is for every key',
    file: jobs,
    search: '({ $exists: true, $not: ',
    replace: '({ $not: ',
    caughtBy: many,
    title: 'bound to nothing is not for a key',
  },
  {
    name: 'a job that is running is named to everybody',
    file: 'lib/failures/replay/jobs.ts',
    search: 'job && isWithin(job, within) && {',
    replace: 'job && {',
    caughtBy: many,
    title: 'what is outside is neither counted',
  },
  {
    name: 'a claim is shown whatever its type',
    file: 'lib/results/results.ts',
    search: 'if (!mayType(asked, view.type)) throw unknown(asked);',
    replace: '',
    caughtBy: 'test/lib/results/results.test.ts',
    title: 'not there to a key for another type',
  },
  {
    name: 'an edited replay leaves the bounds',
    file: 'lib/failures/replay/message.ts',
    search: 'return acceptable(sent, { ...surroundings, tenant });',
    replace: 'return acceptable(sent, { ...surroundings, bounds: {}, tenant });',
    caughtBy: 'test/lib/failures/replay/plan.test.ts',
    title: 'no event outside of the bounds',
  },
  {
    name: 'the catalogue shows every type to a bound key',
    file: 'lib/http/api-documents/documents.ts',
    search: 'entries: catalogue.entries.filter(({ definition: { type } }) => mayType(bounds, type)),',
    replace: '',
    caughtBy: 'test/lib/http/api-documents/documents.test.ts',
    title: 'only types that the key is for',
  },
  {
    name: 'any key names a tenant',
    file: acting,
    search: "if (!hasScope(identity, 'operator')) throw",
    replace: 'if (false) throw',
    caughtBy: matrix,
    title: 'tenant=other is 400 from any other key',
  },
  {
    name: 'one failure is shown to any tenant',
    file: 'lib/http/reach.ts',
    search: '({ tenants: [identity.tenant], ...boundsOf(identity) });',
    replace: "({ tenants: 'all', ...boundsOf(identity) });",
    caughtBy: matrix,
    title: 'is 404 for another tenant',
  },
  {
    name: 'an operator is bound to nothing',
    file: acting,
    search: '{ ...identity, tenant: named, home: identity.tenant }',
    replace: '{ tenant: named, home: identity.tenant, key: identity.key, scopes: identity.scopes }',
    caughtBy: matrix,
    title: 'within the bounds of the key',
  },
  {
    name: 'alike of two tenants is one group',
    file: 'lib/adapters/mongo/queries.ts',
    search: "byTenant: reach.tenants === 'all'",
    replace: 'byTenant: false',
    caughtBy: stored,
    title: 'groups of two tenants stay apart',
  },
];

export const bindingMutants: readonly Mutant[] = broken.map((mutant) => ({ ...mutant, engine: 'binding' }));
