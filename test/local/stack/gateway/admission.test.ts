import { describe, expect, test } from 'vitest';
import {
  type Admitted,
  admitsOrigin,
  namedHosts,
  originForm,
  refusalOf,
} from '../../../../local/stack/gateway/admission.ts';

const nobody: Admitted = { hosts: [], origins: [] };
type Header = readonly [name: string, value: string];

/** The code of the refusal, or `in`. */
function asked(headers: readonly Header[], { method = 'POST', url = '/events' } = {}, admitted = nobody): string {
  const refusal = refusalOf({ method, url, rawHeaders: headers.flat() }, admitted);
  if (refusal === undefined) return 'in';
  const { code, status } = JSON.parse(refusal.body.toString());
  expect([status, refusal.status, refusal.headers['content-type']]).toEqual([403, 403, 'application/problem+json']);
  return code;
}
const here: Header = ['Host', 'localhost:3000'];

describe('entry 33: a Host', () => {
  test.each([
    'localhost',
    'localhost:3000',
    'LocalHost:3000',
    'localhost.',
    'shop.localhost:3000',
    '127.0.0.1',
    '127.0.0.1:3000',
    '127.1.2.3:80',
    '127.1',
    '2130706433',
    '[::1]',
    '[::1]:3000',
    '[0:0:0:0:0:0:0:1]:3000',
    '[::ffff:127.0.0.1]',
  ])('%s is this machine', (host) => {
    expect(asked([['host', host]])).toBe('in');
  });

  test.each([
    '',
    'evil.example',
    'localhost.evil.example',
    'evil-localhost',
    '127.0.0.1.evil.example:3000',
    '128.0.0.1',
    '0.0.0.0:3000',
    '192.168.1.5',
    '[::2]',
    '::1',
    'localhost:99999',
    'localhost@evil.example',
    'evil.example#localhost',
    'localhost, evil.example',
    'localhost/evil.example',
    'loc%61lhost',
  ])('"%s" is not answered, whatever the method', (host) => {
    for (const method of ['GET', 'POST', 'OPTIONS'])
      expect(asked([['Host', host]], { method })).toBe('host-not-allowed');
  });

  test('that is missing, or comes twice, is not answered', () => {
    expect(asked([])).toBe('host-not-allowed');
    expect(asked([here, ['HOST', 'evil.example']])).toBe('host-not-allowed');
    expect(asked([['host', 'evil.example'], here])).toBe('host-not-allowed');
    expect(asked([here, here])).toBe('host-not-allowed');
  });

  test('in the request target counts as well', () => {
    expect(asked([here], { method: 'GET', url: 'http://evil.example/events' })).toBe('host-not-allowed');
    expect(asked([here], { method: 'GET', url: 'HTTP://u@evil.example:80/events' })).toBe('host-not-allowed');
    expect(asked([['Host', 'evil.example']], { url: 'http://localhost:3000/events' })).toBe('host-not-allowed');
    expect(asked([here], { url: 'http://127.0.0.1:3000/events' })).toBe('in');
    expect(originForm('http://127.0.0.1:3000/events?limit=1')).toBe('/events?limit=1');
    expect(originForm('http://127.0.0.1:3000?limit=1')).toBe('/?limit=1');
    expect(originForm('/http://x/y')).toBe('/http://x/y');
  });

  test('that SLUICE_HOSTS names is answered, and pages from it may call', () => {
    const hosts = namedHosts({ SLUICE_HOSTS: 'Box.lan, 192.168.1.5,' });
    expect(hosts).toEqual(['box.lan', '192.168.1.5']);
    expect(namedHosts({})).toEqual([]);
    const admitted = { hosts, origins: [] };
    expect(
      asked(
        [
          ['Host', 'box.lan:3000'],
          ['Origin', 'http://box.lan:3000'],
        ],
        {},
        admitted,
      ),
    ).toBe('in');
    expect(asked([['Host', '192.168.1.5:3000']], {}, admitted)).toBe('in');
    expect(asked([['Host', 'www.box.lan']], {}, admitted)).toBe('host-not-allowed');
    expect(() => namedHosts({ SLUICE_HOSTS: '*' })).toThrow('environment: SLUICE_HOSTS has "*"');
  });
});

describe('entry 33: an Origin', () => {
  test.each([
    'http://localhost:5173',
    'https://localhost',
    'http://127.0.0.1:8080',
    'http://[::1]:80',
    'http://app.localhost',
  ])('%s may change something', (origin) => {
    expect(asked([here, ['Origin', origin], ['Sec-Fetch-Site', 'cross-site']])).toBe('in');
    expect(admitsOrigin(origin, nobody)).toBe(true);
  });

  test.each([
    'https://evil.example',
    'null',
    '',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://localhost@evil.example',
    'http://localhost/',
    'file://localhost',
    'chrome-extension://localhost',
    'localhost:3000',
    'http://localhost:3000 https://evil.example',
  ])('"%s" may change nothing, and reads no answer', (origin) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'post'])
      expect(asked([here, ['Origin', origin]], { method })).toBe('origin-not-allowed');
    expect(admitsOrigin(origin, nobody)).toBe(false);
    for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(asked([here, ['Origin', origin]], { method })).toBe('in');
  });

  test('that comes twice is foreign as soon as one is', () => {
    expect(asked([here, ['Origin', 'http://localhost'], ['origin', 'https://evil.example']])).toBe(
      'origin-not-allowed',
    );
  });

  test('that is missing does not hide what a browser says of the site', () => {
    const site = (value: string, admitted = nobody) => asked([here, ['Sec-Fetch-Site', value]], {}, admitted);
    expect(['cross-site', 'same-site', 'same-origin', 'none'].map((value) => site(value))).toEqual([
      'origin-not-allowed',
      'origin-not-allowed',
      'in',
      'in',
    ]);
    expect(site('cross-site', { hosts: [], origins: ['*'] })).toBe('in');
    expect(asked([here])).toBe('in');
  });

  test('of the stage’s may call, and any where the stage says so', () => {
    const origins = ['https://site.example'];
    expect(asked([here, ['Origin', 'https://site.example']], {}, { hosts: [], origins })).toBe('in');
    expect(asked([here, ['Origin', 'https://site.example:444']], {}, { hosts: [], origins })).toBe(
      'origin-not-allowed',
    );
    expect(asked([here, ['Origin', 'null']], {}, { hosts: [], origins: ['*'] })).toBe('in');
  });
});
