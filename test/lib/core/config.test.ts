import { afterEach, describe, expect, test } from 'vitest';
import { limitsOptions, resultsOptions } from '../../../lib/core/adapter-options.ts';
import { isOpenStage, readConfig } from '../../../lib/core/config.ts';
import { ConfigError } from '../../../lib/core/errors.ts';
import { markLocalRuntime } from '../../../lib/core/local-runtime.ts';

describe('configuration', () => {
  test('defaults fill in what is absent or empty', () => {
    expect(
      readConfig(['REDIS_TIMEOUT_MS', 'DEDUPLICATION_HOURS', 'RATE_LIMIT', 'REDIS_CLUSTER'], { REDIS_TIMEOUT_MS: '' }),
    ).toEqual({
      REDIS_TIMEOUT_MS: 200,
      DEDUPLICATION_HOURS: 24,
      RATE_LIMIT: undefined,
      REDIS_CLUSTER: false,
    });
  });

  test('values are read as what they are', () => {
    expect(
      readConfig(['EVENT_TYPES', 'RATE_LIMIT', 'REDIS_CLUSTER'], {
        EVENT_TYPES: 'a.b,c.d',
        RATE_LIMIT: '1000/10',
        REDIS_CLUSTER: 'true',
      }),
    ).toEqual({
      EVENT_TYPES: ['a.b', 'c.d'],
      RATE_LIMIT: { quota: 1000, windowSeconds: 10 },
      REDIS_CLUSTER: true,
    });
  });

  test('there may be no event type, but it must be said', () => {
    expect(readConfig(['EVENT_TYPES'], { EVENT_TYPES: '' })).toEqual({ EVENT_TYPES: [] });
    expect(() => readConfig(['EVENT_TYPES'], {})).toThrow('EVENT_TYPES is missing');
    expect(() => readConfig(['EVENT_TYPE'], { EVENT_TYPE: '' })).toThrow('EVENT_TYPE is missing');
    expect(() => readConfig(['STAGE', 'STAGE'], {})).toThrow(/^environment: STAGE is missing$/);
  });

  test("a database's name has 38 bytes at most", () => {
    const name = 'd'.repeat(38);
    expect(readConfig(['MONGODB_DATABASE'], { MONGODB_DATABASE: name })).toEqual({ MONGODB_DATABASE: name });
    for (const wrong of [`${name}d`, 'a b'])
      expect(() => readConfig(['MONGODB_DATABASE'], { MONGODB_DATABASE: wrong })).toThrow(/MONGODB_DATABASE/);
  });

  test('every fault is told at once, and no value with it', () => {
    const wrong = () =>
      readConfig(['MONGODB_URI', 'REDIS_URL', 'RATE_LIMIT', 'EVENT_TYPE'], {
        MONGODB_URI: 'http://user:secret@host',
        REDIS_URL: 'secret',
        RATE_LIMIT: '1',
      });
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(/MONGODB_URI must begin .*REDIS_URL must begin .*RATE_LIMIT must be .*EVENT_TYPE is missing/);
    expect(wrong).not.toThrow(/secret/);
  });
});

describe('the concurrency that is reserved for ingest', () => {
  const of = (environment: Record<string, string>) => {
    const config = readConfig(['results', 'limits'], environment);
    return [resultsOptions(config).inAll, limitsOptions(config).environments];
  };

  test.each([
    ['without one the account’s 1000 count, and a rate is shared out among 10', {}, [500, 10]],
    ['half of it may wait, and a rate is shared out among all of it', { INGEST_CONCURRENCY: '41' }, [20, 41]],
    ['fewer may wait where the stage says so', { INGEST_CONCURRENCY: '40', WAITS_IN_ALL: '7' }, [7, 40]],
    ['no setting lets more than half wait', { WAITS_IN_ALL: '9000' }, [500, 10]],
  ])('%s', (_, environment, expected) => {
    expect(of(environment)).toEqual(expected);
  });
});

describe('a stage that asks for no key', () => {
  const inLambda = { AWS_LAMBDA_FUNCTION_NAME: 'sluice-local-ingest' };

  afterEach(() => void Reflect.deleteProperty(globalThis, Symbol.for('sluice.local-runtime')));

  test('is local alone, and no default', () => {
    expect(isOpenStage({ STAGE: 'local' }, undefined)).toBe(true);
    for (const STAGE of [undefined, '', 'dev', 'locals', 'LOCAL', 'prod'])
      for (const callers of ['need none', undefined] as const)
        expect(isOpenStage({ STAGE, ...(callers && inLambda) }, callers)).toBe(false);
  });

  test('is not local where its start asks for keys, whatever its environment says', () => {
    for (const STAGE of ['local', 'dev']) expect(isOpenStage({ STAGE, ...inLambda }, 'need a key')).toBe(false);
    expect(isOpenStage({ STAGE: 'local' }, 'need a key')).toBe(false);
    markLocalRuntime('need a key');
    expect(isOpenStage({ STAGE: 'local', ...inLambda, SLUICE_KEYS: '' })).toBe(false);
    markLocalRuntime('need none');
    expect(isOpenStage({ STAGE: 'local', ...inLambda })).toBe(true);
  });

  test('is refused in Lambda, whatever else the deployment sets', () => {
    expect(isOpenStage({ STAGE: 'local', ...inLambda }, 'need none')).toBe(true);
    const deployed = { STAGE: 'local', ...inLambda, SLUICE_LOCAL: 'true', 'sluice.local-runtime': 'need none' };
    expect(() => isOpenStage(deployed)).toThrow(ConfigError);
    expect(() => isOpenStage(deployed, undefined)).toThrow('deploy under the name of another stage');
    expect(isOpenStage({ STAGE: 'prod', ...inLambda }, undefined)).toBe(false);
  });

  test('is none where what its process was told is not understood', () => {
    for (const strange of [true, 'open', '', null]) {
      Reflect.set(globalThis, Symbol.for('sluice.local-runtime'), strange);
      expect(isOpenStage({ STAGE: 'local', ...inLambda })).toBe(false);
    }
  });
});

describe('TLS to MongoDB and Redis', () => {
  const read = (stage: string, mongodb: string, redis: string, named?: string) =>
    readConfig(['mongodb', 'redis'], {
      ...{ SERVICE: 's', STAGE: stage, MONGODB_URI: mongodb, REDIS_URL: redis },
      ...(named !== undefined && { WITHOUT_TLS: named }),
    });
  const [mongodb, redis] = ['mongodb+srv://u:secret@h/db', 'rediss://u:secret@h:6379'];

  test.each([
    'mongodb+srv://h',
    'mongodb+srv://h/?tls=true',
    'mongodb+srv://h/db?retryWrites=true&ssl=true',
    'mongodb://h/?tls=true',
    'mongodb://h1:1,h2:2/db?replicaSet=rs&SSL=true',
    'mongodb://h?TLS=true&tlsInsecure=false',
  ])('holds with %s', (address) => {
    expect(read('prod', address, redis)).toMatchObject({ MONGODB_URI: address });
  });

  test.each([
    'mongodb://h',
    'mongodb://tls=true@h/',
    'mongodb://h/tls=true',
    'mongodb://h/?tls=false',
    'mongodb://h/?tls=',
    'mongodb://h/?tls=True',
    'mongodb://h/?xtls=true',
    'mongodb://h/?tls=true&tls=false',
    'mongodb+srv://h/?tls=false',
    'mongodb+srv://h/?ssl=false',
    'mongodb+srv://h/?TLS=false',
    'mongodb+srv://h/?tls=true&ssl=false',
    'mongodb+srv://h/?tlsInsecure=true',
    'mongodb+srv://h/?tlsAllowInvalidCertificates=true',
    'mongodb://h/?tls=true&tlsallowinvalidhostnames=true',
    'mongodb://h/#?tls=true',
    'mongodb://h/?appName=x#&tls=true',
  ])('does not hold with %s', (address) => {
    expect(() => read('prod', address, redis)).toThrow(/^environment: MONGODB_URI .*TLS.*WITHOUT_TLS .* mongodb$/);
    expect(() => read('prod', address, redis, 'redis')).toThrow('MONGODB_URI');
    expect(read('prod', address, redis, 'mongodb')).toMatchObject({ MONGODB_URI: address });
  });

  test('is asked of Redis by its scheme', () => {
    for (const address of ['redis://h', 'redis://h?tls=true', 'redis://rediss://h', 'rediss://h?tls=']) {
      expect(() => read('prod', mongodb, address)).toThrow(
        /^environment: REDIS_URL is without TLS.*WITHOUT_TLS .* redis$/,
      );
      expect(() => read('prod', mongodb, address, 'mongodb')).toThrow('REDIS_URL');
      expect(read('prod', mongodb, address, 'mongodb,redis')).toMatchObject({ REDIS_URL: address });
    }
  });

  test('is a named error that says no address, and that of both at once', () => {
    const plain = () => read('prod', 'mongodb://u:secret@h', 'redis://u:secret@h');
    expect(plain).toThrow(ConfigError);
    expect(plain).toThrow(/MONGODB_URI .*REDIS_URL /);
    expect(plain).not.toThrow(/secret|@h/);
  });

  test('is asked by name alone, and on stage local not at all', () => {
    for (const strange of ['true', 'all', '*', 'mongodb, redis', 'MONGODB'])
      expect(() => read('prod', 'mongodb://h', redis, strange)).toThrow('WITHOUT_TLS must be mongodb or redis');
    expect(() => read('prod', 'mongodb://h', redis, '')).toThrow('MONGODB_URI');
    expect(read('local', 'mongodb://h', 'redis://h')).toMatchObject({ WITHOUT_TLS: [] });
    for (const stage of ['locals', 'dev', 'local2'])
      expect(() => read(stage, 'mongodb://h', redis)).toThrow('MONGODB_URI');
  });
});
