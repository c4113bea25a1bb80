import { describe, expect, it } from 'vitest';
import { runKeysCommand } from '../../deploy/keys.ts';
import { parseCommand } from '../../deploy/keys-command.ts';
import { wantedKey, wantedOverlap } from '../../deploy/keys-wanted.ts';

const create = (...more: string[]) => ['create', '--name', 'shop', '--tenant', 'acme', '--scopes', 'send', ...more];
const asked = { name: 'shop', tenant: 'acme', scopes: 'send' };

describe('npm run keys', () => {
  it.each([
    [create(), { action: 'create', asked, json: false }],
    [create('--types', 'a.b', '--json'), { action: 'create', asked: { ...asked, types: 'a.b' }, json: true }],
    [['list'], { action: 'list', json: false }],
    [['list', '--tenant', 'acme'], { action: 'list', tenant: 'acme', json: false }],
    [['rotate', 'id', '--overlap', '0'], { action: 'rotate', id: 'id', overlap: '0', json: false }],
    [['revoke', 'id', '--stage', 'prod'], { action: 'revoke', id: 'id', stage: 'prod', json: false }],
  ])('reads %j', (args, command) => {
    expect(parseCommand(args)).toEqual(command);
  });

  it.each([
    [[]],
    [['remove', 'id']],
    [['create', '--name', 'shop']],
    [create('id')],
    [create('--overlap', '5')],
    [['list', 'id']],
    [['list', '--name', 'shop']],
    [['rotate']],
    [['revoke', 'id', '--overlap', '5']],
    [['revoke', 'one', 'two']],
    [['revoke', '--force']],
  ])('answers %j with the usage', (args) => {
    expect(() => parseCommand(args)).toThrow('usage: npm run keys');
  });

  it('says what is missing before it connects to anything', async () => {
    const run = runKeysCommand(parseCommand(['list']), {}, () => undefined);
    await expect(run).rejects.toThrow('environment: STAGE is missing; MONGODB_URI is missing');
  });
});

describe('what create is asked for', () => {
  it('is what POST /keys would be, with presets and a rate in words', () => {
    const bounds = { types: 'a.b,c.d', sources: '/s, /t', expires: '2027-01-31T01:00:00+01:00' };
    const wanted = wantedKey({ ...asked, ...bounds, scopes: 'send,keys:write', rate: 'requests=5,events=7' }, 'dev');
    expect(wanted).toEqual({
      ...{ name: 'shop', tenant: 'acme', scopes: ['events:write', 'catalogue:read', 'keys:write'] },
      ...{ types: ['a.b', 'c.d'], sources: ['/s', '/t'], expires: '2027-01-31T00:00:00.000Z' },
      rate: { requests: 5, events: 7 },
    });
    expect(wantedKey(asked, 'dev')).toEqual({ ...asked, scopes: ['events:write', 'catalogue:read'] });
  });

  it.each([
    [{ scopes: 'sent' }, '--scopes: "sent" is none; there are send, read, operate, admin, events:write, '],
    [{ scopes: '' }, '--scopes: "" is none; '],
    [{ scopes: 'constructor' }, '--scopes: "constructor" is none; '],
    [{ tenant: 'local' }, 'tenant is reserved'],
    [{ tenant: '*' }, 'tenant must be'],
    [{ name: 'a/b' }, 'name must be'],
    [{ expires: 'soon' }, 'expires must be a timestamp'],
    [{ rate: 'events' }, 'rate.events '],
    [{ rate: 'event=5' }, 'rate '],
    [{ types: '' }, 'types.0 '],
  ])('%j is refused with what is wrong', (wrong, fault) => {
    expect(() => wantedKey({ ...asked, ...wrong }, 'dev')).toThrow(fault);
  });

  it('may be a key of tenant local on stage local alone', () => {
    expect(wantedKey({ ...asked, tenant: 'local' }, 'local').tenant).toBe('local');
  });
});

it('an overlap is a day unless it is said', () => {
  expect([undefined, '0', '60'].map(wantedOverlap)).toEqual([86_400, 0, 60]);
  for (const wrong of ['', 'long', '-1', '2592001']) expect(() => wantedOverlap(wrong)).toThrow('overlap ');
});
