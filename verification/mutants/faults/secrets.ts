import type { Mutant } from '../mutant.ts';

const renewing = 'test/lib/wiring/renew-address.test.ts';
const reading = 'test/lib/wiring/addresses.test.ts';
const starting = 'test/lib/wiring/function-config.contract.test.ts';
const ofRedis = 'test/lib/adapters/redis/rotation.contract.test.ts';
const ofMongo = 'test/lib/adapters/mongo/rotation.contract.test.ts';
const store = 'test/lib/adapters/secrets-manager/secrets-manager.contract.test.ts';

/** Secrets that are told, are read too often or never again, or that nobody may have. */
const broken: Omit<Mutant, 'engine'>[] = [
  {
    name: 'everybody who is refused reads for himself',
    file: 'lib/wiring/renew-address.ts',
    search: 'reading ??= again(check)',
    replace: 'reading = again(check)',
    caughtBy: renewing,
    title: 'by a thousand at the same time are read once',
  },
  {
    name: 'credentials that are wrong are a storm',
    file: 'lib/wiring/renew-address.ts',
    search: 'FIRST_PAUSE_MS * 2 ** Math.max(0, inVain - 1)',
    replace: 'FIRST_PAUSE_MS',
    caughtBy: renewing,
    title: 'and are really wrong are read ever more rarely',
  },
  {
    name: 'credentials that were wrong for long are never read again',
    file: 'lib/wiring/renew-address.ts',
    search: 'Math.min(LONGEST_PAUSE_MS,',
    replace: 'Math.max(LONGEST_PAUSE_MS,',
    caughtBy: renewing,
    title: 'and are mended a while later are found',
  },
  {
    name: 'all environments read at the same moment',
    file: 'lib/wiring/renew-address.ts',
    search: 'await clock.sleep(random() * SPREAD_MS);',
    replace: 'await clock.sleep(0 * SPREAD_MS);',
    caughtBy: renewing,
    title: 'are not read by all environments at the same moment',
  },
  {
    name: 'an address is taken that the driver cannot take',
    file: 'lib/wiring/renew-address.ts',
    search: 'check?.(next);',
    replace: '',
    caughtBy: renewing,
    title: 'of which the driver cannot take the new ones stay',
  },
  {
    name: 'an address is taken whose password is not encoded',
    file: 'lib/core/addresses.ts',
    search: 'return isRead(text)',
    replace: 'return isRead(text) || true',
    caughtBy: reading,
    title: 'that no driver could read are told so',
  },
  {
    name: 'an address of a secret may be without TLS',
    file: 'lib/core/addresses.ts',
    search: 'return fault?.slice(variable.length + 1);',
    replace: 'return fault && undefined;',
    caughtBy: reading,
    title: 'that may not be used are told by variable and secret',
  },
  {
    name: 'what is wrong with an address quotes it',
    file: 'lib/wiring/addresses.ts',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    search: 'new ConfigError(`${variable}, of',
    replace: 'new ConfigError(`${text} ${variable}, of',
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: it is the source that is searched
    caughtBy: reading,
    title: 'that may not be used are told by variable and secret',
  },
  {
    name: 'a store is asked for addresses that stand in the environment',
    file: 'lib/wiring/addresses.ts',
    search: 'if (named.size === 0) return config;',
    replace: '',
    caughtBy: reading,
    title: 'no store is asked',
  },
  {
    name: 'addresses are read for the first request',
    file: 'lib/wiring/at-start.ts',
    search: 'runsInLambda() ? made()',
    replace: 'runsInLambda({}) ? made()',
    caughtBy: starting,
    title: 'are read while it starts in Lambda, without anything else',
  },
  {
    name: 'a start that failed is the answer of its first request',
    file: 'lib/wiring/at-start.ts',
    search: 'made().then(nothing, nothing)',
    replace: 'made().then(nothing)',
    caughtBy: starting,
    title: 'are read for its first request where that failed',
  },
  {
    name: 'Redis is asked with what it has refused',
    file: 'lib/adapters/redis/client.ts',
    search: 'makeClient({ ...config, url: this.#address.url })',
    replace: 'makeClient(config)',
    caughtBy: ofRedis,
    title: 'and the next connection has the new one, in the same call',
  },
  {
    name: 'a call that finds no connection of Redis is not asked again with other credentials',
    file: 'lib/adapters/redis/client.ts',
    search: 'if (!(fault instanceof NoLink || fault instanceof ConnectionCut)) return false;',
    replace: 'if (!(fault instanceof ConnectionCut)) return false;',
    caughtBy: ofRedis,
    title: 'and so has a call that comes so late',
  },
  {
    name: 'a connection of Redis that was begun with what is refused is waited for',
    file: 'lib/adapters/redis/link.ts',
    search: 'if (current && !stands) this.#drop(current);',
    replace: 'void stands;',
    caughtBy: ofRedis,
    title: 'nobody waits for a connection that was begun',
    seconds: 60,
  },
  {
    name: 'the refusal of a connection that was dropped is that of the next',
    file: 'lib/adapters/redis/link.ts',
    search: 'if (this.#current?.client !== client) return;\n      this.#trouble',
    replace: 'this.#trouble',
    caughtBy: ofRedis,
    title: 'nobody waits for a connection that was begun',
  },
  {
    name: 'a store that does not answer hides that Redis has refused',
    file: 'lib/adapters/redis/client.ts',
    search: 'if (late instanceof TimeOver) return false;',
    replace: '',
    caughtBy: ofRedis,
    title: 'and the store does not answer',
  },
  {
    name: 'MongoDB is asked with what it has refused',
    file: 'lib/adapters/mongo/renew-credentials.ts',
    search: "Reflect.set(client, 'options', optionsOf(next));",
    replace: '',
    caughtBy: ofMongo,
    title: 'and new connections have the new one',
    seconds: 60,
  },
  {
    name: 'connections of earlier credentials stay for ever',
    file: 'lib/adapters/mongo/renew-credentials.ts',
    search: 'before?.close();',
    replace: 'void before;',
    caughtBy: ofMongo,
    title: 'again and again, and each time the one before is forgotten',
  },
  {
    name: 'a refusal by MongoDB is the fault of a handler',
    file: 'lib/adapters/mongo/errors.ts',
    search:
      "if (isRefused(error)) return new DependencyError('mongodb', 'MongoDB refused the credentials', { cause: error });",
    replace: 'void isRefused;',
    caughtBy: ofMongo,
    title: 'it is an outage, until it is there',
  },
  {
    name: 'what is no JSON is the value of any key',
    file: 'lib/adapters/secrets-manager/secrets-manager.ts',
    search: '    return {};\n  }\n}',
    replace: '    return { uri: text };\n  }\n}',
    caughtBy: store,
    title: 'what is not there .NO_JSON. is left out',
  },
  {
    name: 'a function may read the secrets of all',
    file: 'deploy/roles.ts',
    search: 'secretsIn(environmentOf(declaration, types, settings))',
    replace: 'secretsIn({ ...environmentOf(declaration, types, settings), ...settings.environment })',
    caughtBy: 'test/deploy/roles.test.ts',
    title: 'reads the secrets that its variables name, and no other',
  },
  {
    name: 'a secret of an event type is read once',
    file: 'lib/consume/refreshed.ts',
    search: 'make(again).catch(failed)',
    replace: 'Promise.resolve([again, failed])',
    caughtBy: 'test/lib/consume/settings.test.ts',
    title: 'reaches runs some minutes later',
  },
  {
    name: 'a function that is frozen each time has an old secret for ever',
    file: 'lib/consume/refreshed.ts',
    search: 'if (isOld) await making;',
    replace: 'void isOld;',
    caughtBy: 'test/lib/consume/settings.test.ts',
    title: 'that Lambda freezes before it is read',
  },
];

export const secrets: readonly Mutant[] = broken.map((one) => ({ ...one, engine: 'secrets' }));
