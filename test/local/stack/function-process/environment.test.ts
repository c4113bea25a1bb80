import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { environmentOf } from '../../../../local/stack/function-process/environment.ts';
import {
  NETWORK_OPTIONS,
  NETWORK_VARIABLES,
  networkOptions,
} from '../../../../local/stack/function-process/network.ts';

const spec = {
  name: 'sluice-local-test',
  file: '/dist/test/index.mjs',
  exportName: 'handler',
  timeoutSeconds: 60,
  memoryMb: 512,
  region: 'eu-central-1',
  environment: { STAGE: 'local', NODE_OPTIONS: '--enable-source-maps' },
};
const bare = environmentOf(spec, {});
/** What a machine adds to it. */
const added = (machine: Record<string, string>, environment: Record<string, string> = spec.environment) =>
  Object.fromEntries(
    Object.entries(environmentOf({ ...spec, environment }, machine)).filter(([name, value]) => bare[name] !== value),
  );

test('a function signs with its own name, by which the SQS of this machine knows it (protocol: letters-by-sender)', () => {
  expect(bare).toMatchObject({ AWS_ACCESS_KEY_ID: 'sluice-local-test' });
});

describe('entry 44: a function has of its machine', () => {
  test.each(NETWORK_VARIABLES)('%s, which Node reads to reach a network', (name) => {
    expect(added({ [name]: 'x' })).toEqual({ [name]: 'x' });
    expect(added({ [name]: '' })).toEqual({ [name]: '' });
  });

  test('the options of Node for that, beside its own, and no others', () => {
    const options =
      '--inspect --use-system-ca --max-old-space-size=99 --tls-cipher-list="A B" --dns-result-order ipv4first';
    expect(networkOptions({ NODE_OPTIONS: options })).toEqual([
      '--use-system-ca',
      '--tls-cipher-list="A B"',
      '--dns-result-order ipv4first',
    ]);
    expect(added({ NODE_OPTIONS: options })).toEqual({
      NODE_OPTIONS: '--use-system-ca --tls-cipher-list="A B" --dns-result-order ipv4first --enable-source-maps',
    });
    expect(added({ NODE_OPTIONS: '--require ./x.cjs --inspect' })).toEqual({});
  });

  test('nothing else', () => {
    const machine = { HOME: '/home/x', AWS_PROFILE: 'prod', MONGODB_URI: 'mongodb://x', NPM_TOKEN: 'x', NODE_ENV: 'x' };
    expect(added(machine)).toEqual({});
  });

  test('less than its own variables say', () => {
    const own = { ...spec.environment, NODE_EXTRA_CA_CERTS: '/own' };
    expect(added({ NODE_EXTRA_CA_CERTS: '/of-the-machine' }, own)).toEqual({ NODE_EXTRA_CA_CERTS: '/own' });
  });

  test('docs/local.md says which', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/local.md'), 'utf8');
    const [, row = ''] = /\n(- \*\*Functions\*\*[\s\S]*?)\n- \*\*/.exec(page) ?? [];
    const said = [...NETWORK_VARIABLES.filter((name) => name === name.toUpperCase()), ...NETWORK_OPTIONS];
    for (const name of said)
      expect(row, name).toContain(name.replace(/-v1\.\d$/, '-v1.').replace(/^.*(-attempt-timeout)$/, '$1'));
  });
});
