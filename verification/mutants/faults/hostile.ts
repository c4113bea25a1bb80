import type { Mutant } from '../mutant.ts';

const functions = 'test/functions/access.contract.test.ts';
const outage = 'test/lib/wiring/outage.contract.test.ts';
const hostile = 'whatever 5,000 hostile requests say';
const matrix = 'answer every kind of caller at every route';

/** What lets somebody in, or shows somebody something: found by whoever sends enough, and by who sends one of each. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'hostile: failures are sought whosever they are',
    file: 'lib/adapters/mongo/within.ts',
    search: "(tenants === 'all' ? {} : { tenant: { $in: [...tenants] } })",
    replace: '({ tenant: { $exists: tenants.length > 0 } })',
    caughtBy: functions,
    title: hostile,
  },
  {
    name: 'hostile: keys are sought whosever they are',
    file: 'lib/adapters/mongo/api-keys.ts',
    search: "(of === 'all tenants' ? {} : { tenant: of.tenant })",
    replace: "(of === 'all tenants' ? {} : {})",
    caughtBy: functions,
    title: hostile,
  },
  {
    name: 'hostile: an event is read whosever it is',
    file: 'lib/http/get-events.ts',
    search: 'const asked = { tenant, ...boundsOf(identity), id: idOf(request), source };',
    replace:
      "const asked = { tenant: source.replace('/tenants/', ''), ...boundsOf(identity), id: idOf(request), source };",
    caughtBy: functions,
    title: hostile,
  },
  {
    name: 'hostile: bounds of a key bind no failures',
    file: 'lib/http/reach.ts',
    search: '({ tenants: [identity.tenant], ...boundsOf(identity) })',
    replace: '({ tenants: [identity.tenant], ...boundsOf({ }) })',
    caughtBy: functions,
    title: hostile,
  },
  {
    name: 'hostile: a filter takes an object for a text',
    file: 'lib/http/members.ts',
    search: "if (typeof value === 'string' && value.trim() !== '' && value.length <= most) return value;",
    replace: "if (typeof value !== 'string' || value.length <= most) return JSON.parse(JSON.stringify(value));",
    caughtBy: functions,
    title: hostile,
  },
  {
    name: 'hostile: anybody names a tenant',
    file: 'lib/http/acting-tenant.ts',
    search: "if (!hasScope(identity, 'operator'))",
    replace: "if (!hasScope(identity, 'catalogue:read'))",
    caughtBy: functions,
    title: hostile,
  },
  {
    name: 'hostile: who says that it is an operator is one, without our authorizer',
    file: 'lib/http/authorizer.ts',
    search: "const found = identityIn(memberOf(authorizer, 'lambda'));",
    replace: "const found = identityIn(memberOf(authorizer, 'lambda') ?? authorizer);",
    caughtBy: functions,
    title: hostile,
  },
  {
    name: 'hostile: of two keys in one header the last one counts',
    file: 'lib/http/authorize.ts',
    search: 'const BEARER = /^Bearer +',
    replace: 'const BEARER = /Bearer +',
    caughtBy: functions,
    title: hostile,
  },
  {
    name: 'hostile: a key is written to the log',
    file: 'lib/http/authorize.ts',
    search: 'const verdict = await lookUp(text);',
    replace: "const verdict = await lookUp(text);\n      log.info('a key', { text });",
    caughtBy: functions,
    title: hostile,
  },
  {
    name: 'a scope opens the routes of another',
    file: 'lib/core/access/scopes.ts',
    search: "scopes.includes('operator') || scopes.includes(scope)",
    replace: "scopes.includes('operator') || scopes.some((one) => one.split(':')[0] === scope.split(':')[0])",
    caughtBy: functions,
    title: matrix,
  },
  {
    name: 'a route asks for another scope than the contract says',
    file: 'lib/wiring/functions/keys.ts',
    search: "'GET /tenants/{tenant}': 'operator',",
    replace: "'GET /tenants/{tenant}': 'keys:write',",
    caughtBy: functions,
    title: matrix,
  },
  {
    name: 'the text before a rotation opens for ever',
    file: 'lib/access/verdict.ts',
    search: "if (isOver(key.before.ends, now)) return 'expired';",
    replace: '',
    also: [
      {
        file: 'lib/access/end-key.ts',
        search: '...(isOver(ends, now) ? [old.hash] : []), ',
        replace: '',
      },
    ],
    caughtBy: functions,
    title: matrix,
  },
  {
    name: 'keys of a disabled tenant open',
    file: 'lib/access/known-keys.ts',
    search: 'if (!told?.ended && !told?.disabled) return undefined;',
    replace: 'if (!told?.ended) return undefined;',
    also: [
      {
        file: 'lib/access/verdict.ts',
        search: "return tenant.disabled ? 'disabled' : undefined;",
        replace: 'return tenant.tenant ? undefined : undefined;',
      },
    ],
    caughtBy: functions,
    title: matrix,
  },
  {
    name: 'a header that is called constructor is joined to what every object has',
    file: 'local/stack/gateway/event.ts',
    search: 'const before = all.get(name);',
    replace: 'const before = all.get(name) ?? Reflect.get(Object.prototype, name);',
    caughtBy: 'test/local/stack/gateway/event.test.ts',
    title: 'names of an object’s prototype',
  },
  {
    name: 'copies of keys stand for MongoDB for an hour alone',
    file: 'lib/access/known-keys.ts',
    search: 'const OLDEST_MS = 86_400_000;',
    replace: 'const OLDEST_MS = 3_600_000;',
    caughtBy: outage,
    title: 'for as long as a day',
  },
  {
    name: 'copies of keys stand for MongoDB for ever',
    file: 'lib/access/known-keys.ts',
    search: 'const OLDEST_MS = 86_400_000;',
    replace: 'const OLDEST_MS = 864_000_000;',
    caughtBy: outage,
    title: 'for as long as a day',
  },
  {
    name: 'a new environment knows no key in an outage of MongoDB',
    file: 'lib/access/known-keys.ts',
    search: 'const last = newest(told?.copy, mine);',
    replace: 'const last = newest(mine, mine);',
    caughtBy: outage,
    title: 'for as long as a day',
  },
];

export const hostileFaults: readonly Mutant[] = broken.map((mutant) => ({ ...mutant, engine: 'access' }));
