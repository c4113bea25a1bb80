import type { Mutant } from '../mutant.ts';

const tls = 'lib/core/tls.ts';
const config = 'test/lib/core/config.test.ts';
const environment = 'test/deploy/environment.test.ts';
const refusals = 'test/lib/access/refusal-of.test.ts';
const refusalOf = 'lib/access/refusal-of.ts';
const many = 'test/lib/failures/replay/many.contract.test.ts';

/** Connections in the clear, users who may more than they need, and jobs that outlive their keys. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'no stage needs TLS',
    file: tls,
    search: "if (STAGE === 'local' || !named) return [];",
    replace: 'if (STAGE !== undefined) return [];',
    caughtBy: config,
    title: 'is a named error that says no address',
  },
  {
    name: 'stages that begin like local need no TLS',
    file: tls,
    search: "STAGE === 'local'",
    replace: "STAGE?.startsWith('local')",
    caughtBy: config,
    title: 'is asked by name alone',
  },
  {
    name: 'an address with +srv has TLS whatever else it says',
    file: tls,
    search: 'asked.length > 0 ? asked',
    replace: "asked.length > 0 && !address.startsWith('mongodb+srv://') ? asked",
    caughtBy: config,
    title: 'does not hold with mongodb\\+srv://h/\\?tls=false',
  },
  {
    name: 'one option of two is enough for TLS',
    file: tls,
    search: 'asked.every(',
    replace: 'asked.some(',
    caughtBy: config,
    title: 'does not hold with mongodb://h/\\?tls=true&tls=false',
  },
  {
    name: 'names of options count in one case alone',
    file: tls,
    search: 'options.set(name.toLowerCase(), [...(options.get(name.toLowerCase()) ?? []), value]);',
    replace: 'options.set(name, [...(options.get(name) ?? []), value]);',
    caughtBy: config,
    title: 'does not hold with mongodb\\+srv://h/\\?TLS=false',
  },
  {
    name: 'TLS to whoever answers is enough',
    file: tls,
    search: 'const trusting = trustsAnybody.find(',
    replace: 'const trusting = [].find(',
    caughtBy: config,
    title: 'tlsInsecure=true',
  },
  {
    name: 'Redis needs no TLS',
    file: tls,
    search: "address.startsWith('rediss://') &&",
    replace: "address.startsWith('redis') &&",
    caughtBy: config,
    title: 'is asked of Redis by its scheme',
  },
  {
    name: 'Redis may turn TLS off behind its scheme',
    file: tls,
    search: "&& !optionsOf(address).has('tls')",
    replace: '',
    caughtBy: config,
    title: 'is asked of Redis by its scheme',
  },
  {
    name: 'what one may go without the other may too',
    file: tls,
    search: 'address === undefined || named.includes(one)',
    replace: 'address === undefined || named.length > 0',
    caughtBy: config,
    title: 'is asked of Redis by its scheme',
  },
  {
    name: 'an address without TLS is packaged',
    file: 'deploy/settings.ts',
    search: "if (stage !== 'local') for (const fault",
    replace: 'if (false) for (const fault',
    caughtBy: environment,
    title: 'is not packaged with an address',
  },
  {
    name: 'functions that only read may write',
    file: 'deploy/environment.ts',
    search: 'readsOnly && settings.mongodbReadUri &&',
    replace: 'false &&',
    caughtBy: environment,
    title: 'the user who may only read',
  },
  {
    name: 'a key is made that never opens anything',
    file: 'lib/access/make-key.ts',
    search: 'if (wanted.expires !== undefined && isOver(wanted.expires, now)) throw expiresInThePast();',
    replace: '',
    caughtBy: 'test/lib/http/keys.test.ts',
    title: 'refuses .*expires.* by name',
  },
  {
    name: 'a replay of many outlives its key',
    file: 'lib/failures/replay/many.ts',
    search: 'if (refusal === undefined) return false;',
    replace: 'if (refusal !== null) return false;',
    caughtBy: many,
    title: 'is cancelled when the key that began it',
  },
  {
    name: 'a replay of many whose key nobody can look up is cancelled',
    file: 'lib/failures/replay/many.ts',
    search: 'const refusal = await refusalOf(by.key);',
    replace: "const refusal = await refusalOf(by.key).catch(() => 'silent');",
    caughtBy: many,
    title: 'waits while nobody can say',
  },
  {
    name: 'a key that has expired is still good for a job',
    file: refusalOf,
    search: "if ('refused' in verdict) return verdict.refused;",
    replace: "if ('refused' in verdict && verdict.refused !== 'expired') return verdict.refused;",
    caughtBy: refusals,
    title: 'by its own date',
  },
  {
    name: 'a key that Redis alone knows to be revoked is still good for a job',
    file: refusalOf,
    search: "if (marks.ended) return 'revoked';",
    replace: '',
    caughtBy: refusals,
    title: 'in Redis alone',
  },
  {
    name: 'a key of a disabled tenant is still good for a job',
    file: refusalOf,
    search: "marks.disabled ? 'disabled' : undefined",
    replace: 'undefined',
    caughtBy: refusals,
    title: 'the end of its tenant',
  },
  {
    name: 'a job stands still while Redis is silent',
    file: refusalOf,
    search: 'if (!(error instanceof DependencyError)) throw error;',
    replace: 'throw error;',
    caughtBy: refusals,
    title: 'while Redis is silent',
  },
];

export const ends: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'ends' }));
