import { expect, test } from 'vitest';
import { ConfigError } from '../../../lib/core/errors.ts';
import { asksForKeys, type Start } from '../../../local/stack/asks-for-keys.ts';

const start: Start = { stage: 'local', host: '127.0.0.1', env: {} };

test.each(['127.0.0.1', '127.8.8.8', 'localhost', 'LOCALHOST', '::1', '[::1]'])(
  'stage local is open where it listens on %s',
  (host) => {
    expect(asksForKeys({ ...start, host, env: { SLUICE_KEYS: '', SLUICE_HOSTS: ' , ' } })).toBe(false);
  },
);

test.each(['0.0.0.0', '::', '192.168.1.5', 'box.lan', '', 'localhost.example.org'])(
  'a start that listens on "%s" asks for keys',
  (host) => {
    expect(asksForKeys({ ...start, host })).toBe(true);
  },
);

test('a start that names a host asks for keys, and one whose names cannot be read does not start', () => {
  expect(asksForKeys({ ...start, env: { SLUICE_HOSTS: 'box.lan' } })).toBe(true);
  expect(() => asksForKeys({ ...start, env: { SLUICE_HOSTS: 'a/b' } })).toThrow(ConfigError);
});

test('a start asks for keys when it is told to, and on every other stage', () => {
  expect(asksForKeys({ ...start, env: { SLUICE_KEYS: '1' } })).toBe(true);
  for (const stage of ['dev', 'prod', 'locals', '']) expect(asksForKeys({ ...start, stage })).toBe(true);
});
