import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkEnvironment } from '../../deploy/environment.ts';
import { parseSettings } from '../../deploy/settings.ts';
import { derive } from '../../deploy/template.ts';
import { variablesOf } from '../../lib/core/config.ts';
import { functions } from '../../lib/wiring/functions/functions.ts';
import { gatewayEvent, keyOf } from '../support/api-gateway.ts';
import { catalogueOfTypes } from '../support/definitions.ts';

/** Every variable that some function reads. */
const known = new Set<string>(functions.flatMap(({ needs }) => variablesOf(needs)));
const given = ['SERVICE', 'STAGE', 'WITHOUT_TLS', 'EVENT_TYPE', 'EVENT_TYPES', 'QUEUE_URL_PREFIX'];
/** What CloudFormation fills in, which fits every variable as long as nobody knows it. */
const LATER = '{{resolve:ssm:/of/the/stage}}';
const settings = {
  service: 'sluice',
  stage: 'dev',
  origins: [],
  withoutTls: ['mongodb', 'redis'],
  environment: Object.fromEntries([...known].filter((name) => !given.includes(name)).map((name) => [name, LATER])),
};

const environment = process.env;
afterEach(() => {
  process.env = environment;
});

/** What an entry looks up when it is called, without any of it there. */
async function variablesRead(entry: string): Promise<string[]> {
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  const declared = functions.find(({ name }) => name === entry);
  const { handler } = await import(`../../functions/${entry}.ts`);
  const read = new Set<string>();
  process.env = new Proxy<NodeJS.ProcessEnv>(
    {},
    {
      get: (_, name) => {
        if (typeof name === 'string' && known.has(name)) read.add(name);
        return undefined;
      },
    },
  );
  if (declared?.kind === 'http') {
    const [[method = '', path = ''] = []] = Object.keys(declared.routes).map((route) => route.split(' '));
    expect(await handler(gatewayEvent({ method, path, ...keyOf('acme', 'operator') }), {})).toMatchObject({
      statusCode: 500,
    });
  } else if (declared?.kind === 'deployment') {
    // Whatever is wrong it answers.
    const put = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response());
    await handler({ RequestType: 'Create' }, { getRemainingTimeInMillis: () => 900_000 });
    const body = put.mock.calls[0]?.[1]?.body;
    expect(new TextDecoder().decode(body instanceof Uint8Array ? body : undefined)).toMatch(/"Reason":"environment: /);
    put.mockRestore();
  } else {
    await expect(handler({ Records: [] }, {})).rejects.toThrow(/^environment: /);
  }
  return [...read];
}

describe('the environment of functions', () => {
  it.each(functions)('holds exactly what $name reads, the stage, and what Node itself reads', async ({ name }) => {
    const { functions: deployed } = await derive(settings, catalogueOfTypes(['parcel.sent']));
    const own = Object.values(deployed).find(({ handler }) => handler === `dist/${name}/index.handler`);
    const read = await variablesRead(name);
    expect(read.length).toBeGreaterThan(0);
    const { NODE_OPTIONS, ...environment } = own?.environment ?? {};
    expect(NODE_OPTIONS).toBe('--enable-source-maps');
    expect(Object.keys(environment).toSorted()).toEqual([...new Set(['STAGE', ...read])].toSorted());
  });

  it('has the address of MongoDB with the user who may only read, where the stage names one and the function does', async () => {
    const [own, reading] = ['mongodb+srv://own', 'mongodb+srv://reading'];
    const addresses = async (mongodbReadUri?: string) => {
      const stage = { ...settings, environment: { MONGODB_URI: own }, ...(mongodbReadUri && { mongodbReadUri }) };
      const { functions: deployed } = await derive(stage, catalogueOfTypes(['parcel.sent']));
      return Object.entries(deployed).flatMap(([key, { environment }]) =>
        'MONGODB_URI' in environment ? [[key, environment.MONGODB_URI]] : [],
      );
    };
    const all = await addresses();
    expect(all.length).toBeGreaterThan(5);
    expect(all.every(([, address]) => address === own)).toBe(true);
    expect((await addresses(reading)).filter(([, address]) => address === reading).map(([key]) => key)).toEqual([
      'query',
      'failures',
      'health',
      'countFailures',
    ]);
  });

  it.each([
    [{ environment: { MONGODB_URI: 'mongodb://u:secret@h' } }, 'environment.MONGODB_URI is without TLS', 'mongodb'],
    [{ environment: { REDIS_URL: 'redis://u:secret@h' } }, 'environment.REDIS_URL is without TLS', 'redis'],
    [
      { environment: {}, mongodbReadUri: 'mongodb+srv://u:secret@h/?tls=false' },
      'mongodbReadUri is without',
      'mongodb',
    ],
  ])('is not packaged with an address without TLS that the stage does not allow by name: %j', (given, fault, name) => {
    const parse = (withoutTls: unknown, stage = 'dev') => parseSettings({ ...settings, ...given, stage, withoutTls });
    for (const others of [null, [], ['mongodb', 'redis'].filter((one) => one !== name)]) {
      expect(() => parse(others)).toThrow(fault);
      expect(() => parse(others)).toThrow(`withoutTls of the stage, in deploy/stages/) names ${name}`);
      expect(() => parse(others)).not.toThrow(/secret/);
    }
    for (const named of [[name], ['mongodb', 'redis']]) expect(() => parse(named)).not.toThrow();
    expect(() => parse(['both'])).toThrow('deploy/stages/dev.yml: withoutTls');
    expect(() => parse(null, 'local')).not.toThrow();
  });

  it('says which addresses may be without TLS', async () => {
    const { functions: deployed } = await derive(
      { ...settings, withoutTls: ['redis'] },
      catalogueOfTypes(['parcel.sent']),
    );
    expect(deployed.query?.environment).toMatchObject({ WITHOUT_TLS: 'redis' });
    const { functions: others } = await derive({ ...settings, withoutTls: null }, catalogueOfTypes(['parcel.sent']));
    expect(others.query?.environment).not.toHaveProperty('WITHOUT_TLS');
  });

  it('may not be given what no function reads', () => {
    const strange = parseSettings({ ...settings, environment: { MONGODB_URI: 'x', REDIS_URI: 'x' } });
    expect(() => checkEnvironment(functions, strange)).toThrow(
      'deploy/stages/dev.yml: environment.REDIS_URI: no function reads it; did you mean REDIS_URL',
    );
  });
});
