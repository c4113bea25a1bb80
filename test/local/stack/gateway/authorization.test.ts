import { describe, expect, test } from 'vitest';
import { createLookUp } from '../../../../lib/access/look-up.ts';
import { authorizer as authorizeOn } from '../../../../lib/http/authorize.ts';
import { identityOf } from '../../../../lib/http/authorizer.ts';
import { type Authorized, authorization } from '../../../../local/stack/gateway/authorization.ts';
import { gatewayEvent } from '../../../support/api-gateway.ts';
import { fakeClock } from '../../../support/fake-clock.ts';
import { silentLog } from '../../../support/log.ts';
import { memoryApiKeys, memoryKeyCopies } from '../../../support/memory-keys.ts';
import { silentMetrics } from '../../../support/memory-metrics.ts';
import { keyTime, storedKey } from '../../../support/stored-key.ts';

const body = (message: string) => JSON.stringify({ message });
const YES = { isAuthorized: true, context: { tenant: 'mine', n: 1, b: false } };

/** What a request becomes: its authorizer's context, none, or status and body of the gateway. */
const said = (authorized: Authorized) =>
  'refused' in authorized
    ? [authorized.refused.status, authorized.refused.body.toString()]
    : (authorized.event.requestContext as { authorizer?: unknown }).authorizer;

/** @param answers of the authorizer, one after another; the last one again and again */
function gateway(answers: readonly unknown[], { open = false, ttlSeconds = 60 } = {}) {
  const clock = fakeClock(0);
  const asked: object[] = [];
  const failures: string[] = [];
  const authorize = authorization({
    open,
    anyone: new Set(['GET /health']),
    ttlSeconds,
    clock,
    failed: (routeKey, message) => failures.push(`${routeKey}: ${message}`),
    async ask(event) {
      const one = answers[Math.min(asked.length, answers.length - 1)];
      asked.push(event);
      if (one instanceof Error) throw one;
      return one;
    },
  });
  const ask = async (text?: string, path = '/events', method = 'GET') =>
    said(
      await authorize(
        gatewayEvent({ method, path, body: '{"a":1}', headers: text === undefined ? {} : { authorization: text } }),
      ),
    );
  return { ask, asked, failures, clock };
}

describe('the gateway before a route that needs a key', () => {
  test('answers 401 without one, in its own words, and asks nobody', async () => {
    const { ask, asked } = gateway([YES]);
    for (const text of [undefined, '']) expect(await ask(text)).toEqual([401, body('Unauthorized')]);
    expect(asked).toEqual([]);
  });

  test('answers 403 where the authorizer says no', async () => {
    expect(await gateway([{ isAuthorized: false }]).ask('Bearer x')).toEqual([403, body('Forbidden')]);
    const withContext = { isAuthorized: false, context: { tenant: 'mine' } };
    expect(await gateway([withContext]).ask('Bearer x')).toEqual([403, body('Forbidden')]);
  });

  test('hands on what the authorizer says of the caller, where a function looks for it', async () => {
    expect(await gateway([YES]).ask('Bearer x')).toEqual({ lambda: YES.context });
    expect(await gateway([{ isAuthorized: true }]).ask('Bearer x')).toEqual({ lambda: {} });
  });

  test('asks the authorizer as an HTTP API does: payload 2.0, the header as identity source, no body', async () => {
    const { ask, asked } = gateway([YES]);
    await ask('Bearer x', '/events?limit=1');
    expect(asked).toMatchObject([
      {
        version: '2.0',
        type: 'REQUEST',
        identitySource: ['Bearer x'],
        routeKey: 'GET /events',
        rawQueryString: 'limit=1',
        headers: { authorization: 'Bearer x' },
        requestContext: { http: { method: 'GET', path: '/events' } },
      },
    ]);
    expect(asked[0]).not.toHaveProperty('body');
  });

  test.each([
    [{ isAuthorized: 'false' }, 'no boolean'],
    [{ isAuthorized: 'true', context: {} }, 'no boolean'],
    [{ isAuthorized: 1 }, 'no boolean'],
    [{}, 'no boolean'],
    [null, 'no simple response'],
    ['true', 'no simple response'],
    [[{ isAuthorized: true }], 'no simple response'],
    [{ ...YES, context: { types: '["a.b"]' } }, 'types in the context'],
    [{ ...YES, context: { name: 'a\\b' } }, 'name in the context'],
    [{ ...YES, context: { name: 'a\nb' } }, 'name in the context'],
    [{ ...YES, context: { 'na"me': 'a' } }, 'in the context'],
    [{ ...YES, context: { list: ['a'] } }, 'list in the context'],
    [{ ...YES, context: 'tenant' }, 'no object'],
    [new Error('mongodb-unavailable'), 'mongodb-unavailable'],
  ])('answers 500 to what counts for nothing, and does not remember it: %j', async (answer, why) => {
    const { ask, asked, failures } = gateway([answer, YES]);
    expect(await ask('Bearer x')).toEqual([500, body('Internal Server Error')]);
    expect(failures).toEqual([expect.stringContaining(why)]);
    expect(await ask('Bearer x')).toEqual({ lambda: YES.context });
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['yes', YES, { lambda: YES.context }],
    ['no', { isAuthorized: false }, [403, body('Forbidden')]],
  ])('remembers a %s by the key alone, for all routes, until its time is over', async (_, answer, expected) => {
    const { ask, asked, clock } = gateway([answer]);
    for (const path of ['/events', '/failures', '/events?limit=2'])
      expect(await ask('Bearer x', path)).toEqual(expected);
    expect(asked).toHaveLength(1);
    await ask('bearer x');
    expect(asked).toHaveLength(2);
    clock.advance(59_999);
    await ask('Bearer x');
    expect(asked).toHaveLength(2);
    clock.advance(1);
    await ask('Bearer x');
    expect(asked).toHaveLength(3);
  });

  test('remembers nothing with a time of 0, and no more keys than it has places for', async () => {
    const none = gateway([YES], { ttlSeconds: 0 });
    await none.ask('Bearer x');
    await none.ask('Bearer x');
    expect(none.asked).toHaveLength(2);
    const many = gateway([YES]);
    for (let n = 0; n <= 1000; n++) await many.ask(`Bearer ${n}`);
    await many.ask('Bearer 1000');
    expect(many.asked).toHaveLength(1001);
    await many.ask('Bearer 0');
    expect(many.asked).toHaveLength(1002);
  });

  test('lets anyone ask for health, with whatever comes along', async () => {
    const { ask, asked } = gateway([{ isAuthorized: false }]);
    for (const text of [undefined, '', 'Bearer x']) expect(await ask(text, '/health')).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('the gateway of a stage that needs no key', () => {
  test('lets a request without one go on as nobody’s, and checks one that is sent', async () => {
    const { ask, asked } = gateway([{ isAuthorized: false }], { open: true });
    expect(await ask()).toBeUndefined();
    expect(asked).toEqual([]);
    for (const text of ['Bearer x', 'Basic eDp5', 'x']) expect(await ask(text)).toEqual([403, body('Forbidden')]);
    expect(await ask('')).toEqual([401, body('Unauthorized')]);
  });
});

/** The gateway before the authorizer that is deployed, on stores in memory. */
function deployed() {
  const clock = fakeClock(keyTime);
  const keys = memoryApiKeys();
  const copies = memoryKeyCopies(clock);
  const add = (fields: Parameters<typeof storedKey>[0] = {}, stage = 'local') => {
    const { text, key } = storedKey(fields, stage);
    keys.all.set(key.id, key);
    return text;
  };
  const ask = authorizeOn(createLookUp({ keys, copies, clock, log: silentLog, stage: 'local' }), {
    log: silentLog,
    metrics: silentMetrics,
  });
  const authorize = authorization({ open: false, anyone: new Set(), ask, ttlSeconds: 60, clock, failed() {} });
  const sent = (authorization: string) => authorize(gatewayEvent({ method: 'GET', headers: { authorization } }));
  return { add, sent, keys, copies, clock };
}

describe('with the authorizer that is deployed', () => {
  test('a key that is known is its tenant’s; every other is 403', async () => {
    const { add, sent } = deployed();
    const text = add({ scopes: ['events:read'], sources: ['/a"b'], types: ['parcel.sent'] });
    const known = await sent(`Bearer ${text}`);
    if ('refused' in known) throw new Error('refused');
    expect(identityOf(known.event, { open: false, log: silentLog })).toMatchObject({
      tenant: 'mine',
      scopes: ['events:read'],
      sources: ['/a"b'],
    });
    const ended = new Date(keyTime - 1).toISOString();
    const others = {
      malformed: 'slc_local_',
      'wrong checksum': text.slice(0, -1) + (text.endsWith('0') ? '1' : '0'),
      'other stage': add({}, 'dev'),
      unknown: storedKey({}, 'local').text,
      expired: add({ expires: ended }),
      revoked: add({ revoked: ended }),
    };
    for (const [why, other] of Object.entries(others))
      expect(said(await sent(`Bearer ${other}`)), why).toEqual([403, body('Forbidden')]);
    for (const scheme of ['Basic', 'Bearer Bearer', '']) {
      expect(said(await sent(`${scheme} ${text}`)), scheme).toEqual([403, body('Forbidden')]);
    }
  });

  test('what nobody can say is 500, and is asked again', async () => {
    const { add, sent, keys, copies } = deployed();
    const text = add();
    for (const store of [keys, copies]) store.silent = true;
    expect(said(await sent(`Bearer ${text}`))).toEqual([500, body('Internal Server Error')]);
    for (const store of [keys, copies]) store.silent = false;
    expect(said(await sent(`Bearer ${text}`))).toMatchObject({ lambda: { tenant: 'mine' } });
  });

  test('a key that was revoked opens what it opened until the gateway has forgotten it', async () => {
    const { add, sent, copies, keys, clock } = deployed();
    const text = add();
    expect(said(await sent(`Bearer ${text}`))).toMatchObject({ lambda: { tenant: 'mine' } });
    await copies.end([...keys.all.values()].map(({ hash }) => hash));
    clock.advance(59_999);
    expect(said(await sent(`Bearer ${text}`))).toMatchObject({ lambda: { tenant: 'mine' } });
    clock.advance(1);
    expect(said(await sent(`Bearer ${text}`))).toEqual([403, body('Forbidden')]);
  });
});
