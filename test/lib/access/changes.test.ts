import { describe, expect, test } from 'vitest';
import { type KeyAsked, revokeKey, rotateKey } from '../../../lib/access/end-key.ts';
import { createLookUp } from '../../../lib/access/look-up.ts';
import { makeKey } from '../../../lib/access/make-key.ts';
import { changeTenant } from '../../../lib/access/tenants.ts';
import { entryOf } from '../../../lib/core/access/entry-of.ts';
import type { Grants, NewKey } from '../../../lib/core/access/key-entry.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { silentLog } from '../../support/log.ts';
import { memoryApiKeys, memoryKeyCopies } from '../../support/memory-keys.ts';

const REMEMBERED_MS = 60_000;
const by = { key: 'maker', name: 'a maker' };
const change = { by, request: 'request-1' };
const admin: Grants = { tenant: 'mine', scopes: ['events:read', 'keys:write'] };
const operator: Grants = { tenant: 'ours', scopes: ['operator'] };
const wanted: NewKey = { name: 'a key', scopes: ['events:read'] };

async function world() {
  const clock = fakeClock();
  const keys = memoryApiKeys();
  const copies = memoryKeyCopies(clock);
  let made = 0;
  const randomBytes = (size: number) => new Uint8Array(size).fill(made++);
  const ports = { keys, copies, clock, log: silentLog, stage: 'dev', randomBytes, rememberedMs: REMEMBERED_MS };
  const lookUp = createLookUp(ports);
  const opens = async (text: string) => {
    const verdict = await lookUp(text);
    return 'identity' in verdict ? verdict.identity.key.id : verdict.refused;
  };
  const key = await makeKey(wanted, { ...change, maker: admin }, ports);
  const { id } = key.entry;
  const asked: KeyAsked = { ...change, of: { tenant: 'mine' }, id, caller: admin };
  const at = (ms: number) => new Date(clock.now() + ms).toISOString();
  const actions = () => keys.audit.map(({ action }) => action);
  return { clock, keys, copies, ports, opens, key, id, asked, at, actions };
}

describe('a new key', () => {
  test('has what was asked for and else what its maker has; its text is told once, and is in nothing that is kept', async () => {
    const { ports, keys, opens, at } = await world();
    const maker = { ...admin, types: ['a.b'], expires: at(5000), rate: { events: 5 } };
    const { entry, text } = await makeKey({ ...wanted, rate: { requests: 3 } }, { ...change, maker }, ports);
    expect(entry).toEqual({
      ...{ id: entry.id, name: 'a key', tenant: 'mine', scopes: ['events:read'], types: ['a.b'], expires: at(5000) },
      ...{ rate: { events: 5, requests: 3 }, last4: text.slice(-4), createdtime: at(0), by },
    });
    expect(await opens(text)).toBe(entry.id);
    expect(JSON.stringify([[...keys.all.values()], keys.audit])).not.toContain(text);
    expect(keys.audit.at(-1)).toEqual({
      ...{ at: at(0), tenant: 'mine', by, action: 'key.created', subject: entry.id, request: 'request-1' },
      after: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('is refused where it goes beyond its maker, and named in what', async () => {
    const { ports, keys } = await world();
    const more = makeKey({ ...wanted, scopes: ['operator', 'events:write'] }, { ...change, maker: admin }, ports);
    await expect(more).rejects.toMatchObject({
      problem: { code: 'grant-exceeds-key', exceeds: ['operator', 'scopes'] },
    });
    expect(keys.all.size).toBe(1);
  });

  test('of another tenant is an operator’s to make', async () => {
    const { ports } = await world();
    const theirs = await makeKey({ ...wanted, tenant: 'theirs' }, { ...change, maker: operator }, ports);
    expect(theirs.entry.tenant).toBe('theirs');
  });

  test('opens something at once where MongoDB falls silent, and without Redis too', async () => {
    const { ports, keys, copies, key, opens } = await world();
    keys.silent = true;
    expect(await opens(key.text)).toBe(key.entry.id);
    await expect(makeKey(wanted, { ...change, maker: admin }, ports)).rejects.toThrow(DependencyError);
    keys.silent = false;
    copies.silent = true;
    const { text, entry } = await makeKey(wanted, { ...change, maker: admin }, ports);
    expect(await opens(text)).toBe(entry.id);
  });
});

describe('a revocation', () => {
  test('holds in both, is told of once, and may be repeated', async () => {
    const { asked, ports, opens, key, clock, at, actions, keys } = await world();
    await opens(key.text);
    const first = await revokeKey(asked, ports);
    const ended = { revoked: at(0), effectiveBy: at(REMEMBERED_MS) };
    expect(first).toEqual({ complete: true, entry: expect.objectContaining({ id: asked.id, ...ended }) });
    expect(await opens(key.text)).toBe('revoked');
    clock.advance(10_000);
    expect(await revokeKey(asked, ports)).toMatchObject({ complete: true, entry: { revoked: ended.revoked } });
    expect(actions()).toEqual(['key.created', 'key.revoked']);
    expect(keys.audit.at(-1)).toMatchObject({ pointers: ['/effectiveBy', '/revoked'], before: expect.anything() });
  });

  test('with Redis silent holds a minute later, and is complete when it is repeated', async () => {
    const { asked, ports, opens, key, copies, clock, at } = await world();
    await opens(key.text);
    copies.silent = true;
    const revoked = at(0);
    const effectiveBy = at(REMEMBERED_MS + 60_000);
    expect(await revokeKey(asked, ports)).toMatchObject({ complete: false, entry: { revoked, effectiveBy } });
    // What it says it takes is what it takes at most.
    clock.advance(59_999);
    expect(await opens(key.text)).toBe(asked.id);
    clock.advance(1);
    expect(await opens(key.text)).toBe('revoked');
    copies.silent = false;
    expect(await revokeKey(asked, ports)).toMatchObject({ complete: true, entry: { revoked, effectiveBy } });
  });

  test('with MongoDB silent is a mark in Redis for every text, and is complete when it is repeated', async () => {
    const { asked, ports, opens, key, keys, at, actions } = await world();
    const { text } = await rotateKey({ ...asked, overlap: 60 }, ports);
    keys.silent = true;
    const ended = { revoked: at(0), effectiveBy: at(REMEMBERED_MS) };
    expect(await revokeKey(asked, ports)).toMatchObject({ complete: false, entry: ended });
    keys.silent = false;
    expect([await opens(key.text), await opens(text)]).toEqual(['revoked', 'revoked']);
    expect(actions()).toEqual(['key.created', 'key.rotated']);
    expect(await revokeKey(asked, ports)).toMatchObject({ complete: true });
    expect(keys.all.get(asked.id)?.revoked).toBe(at(0));
  });

  test.each([true, false])(
    'with MongoDB silent ends a text, too, that Redis has not heard of; in use before: %s',
    async (isInUse) => {
      const { asked, ports, opens, copies, keys, clock } = await world();
      copies.silent = true;
      const { text } = await rotateKey({ ...asked, overlap: 60 }, ports);
      if (isInUse) expect(await opens(text)).toBe(asked.id);
      copies.silent = false;
      keys.silent = true;
      expect(await revokeKey(asked, ports)).toMatchObject({ complete: false });
      clock.advance(REMEMBERED_MS);
      if (isInUse) expect(await opens(text)).toBe('revoked');
      keys.silent = false;
      clock.advance(60_000);
      // MongoDB has not heard of it either.
      expect(await opens(text)).toBe('revoked');
    },
  );

  test.each(['knows nothing', 'is silent'])('with MongoDB silent, while Redis %s, is none', async (redis) => {
    const { asked, ports, copies, keys } = await world();
    keys.silent = true;
    if (redis === 'is silent') copies.silent = true;
    else copies.forget();
    await expect(revokeKey(asked, ports)).rejects.toMatchObject({ code: 'mongodb-unavailable' });
  });

  test.each([false, true])(
    'is for keys of whoever asks, with no more than theirs; MongoDB silent: %s',
    async (silent) => {
      const { asked, ports, keys, opens, key } = await world();
      keys.silent = silent;
      const other = { ...asked, of: { tenant: 'theirs' }, caller: { ...admin, tenant: 'theirs' } };
      await expect(revokeKey(other, ports)).rejects.toMatchObject({ code: 'key-unknown' });
      const less = { ...asked, caller: { ...admin, types: ['a.b'] } };
      await expect(revokeKey(less, ports)).rejects.toMatchObject({ code: 'grant-exceeds-key' });
      expect(await opens(key.text)).toBe(asked.id);
      expect((await revokeKey({ ...asked, of: 'all tenants', caller: operator }, ports)).complete).toBe(!silent);
    },
  );

  test('of a key that there is not is 404', async () => {
    const { asked, ports } = await world();
    await expect(revokeKey({ ...asked, id: 'none' }, ports)).rejects.toMatchObject({ code: 'key-unknown' });
  });
});

describe('a rotation', () => {
  test('gives a new text; the one before opens the key until the end of the overlap', async () => {
    const { asked, ports, opens, key, clock, at, keys } = await world();
    const rotated = await rotateKey({ ...asked, overlap: 100 }, ports);
    expect(rotated).toEqual({
      complete: true,
      text: rotated.text,
      entry: { ...key.entry, last4: rotated.text.slice(-4), effectiveBy: at(100_000 + REMEMBERED_MS) },
    });
    expect(JSON.stringify([...keys.all.values()])).not.toContain(rotated.text);
    clock.advance(99_999);
    expect([await opens(key.text), await opens(rotated.text)]).toEqual([asked.id, asked.id]);
    clock.advance(1);
    expect([await opens(key.text), await opens(rotated.text)]).toEqual(['expired', asked.id]);
  });

  test('once more ends the oldest text at once', async () => {
    const { asked, ports, opens, key } = await world();
    await opens(key.text);
    const second = await rotateKey({ ...asked, overlap: 100 }, ports);
    const third = await rotateKey({ ...asked, overlap: 100 }, ports);
    expect(await opens(key.text)).toBe('revoked');
    expect([await opens(second.text), await opens(third.text)]).toEqual([asked.id, asked.id]);
  });

  test('without an overlap ends the text before at once', async () => {
    const { asked, ports, opens, key, at } = await world();
    await opens(key.text);
    const rotated = await rotateKey({ ...asked, overlap: 0 }, ports);
    expect(rotated.entry.effectiveBy).toBe(at(REMEMBERED_MS));
    expect([await opens(key.text), await opens(rotated.text)]).toEqual(['revoked', asked.id]);
  });

  test('ends the overlap in an outage of MongoDB too, also where copies were made before', async () => {
    const { asked, ports, opens, key, clock, keys } = await world();
    await opens(key.text);
    await rotateKey({ ...asked, overlap: 100 }, ports);
    keys.silent = true;
    clock.advance(100_000);
    expect(await opens(key.text)).toBe('expired');
  });

  test('with Redis silent holds a minute later; with MongoDB silent there is none', async () => {
    const { asked, ports, copies, keys, at, opens } = await world();
    copies.silent = true;
    const rotated = await rotateKey({ ...asked, overlap: 100 }, ports);
    expect(rotated).toMatchObject({ complete: false, entry: { effectiveBy: at(100_000 + REMEMBERED_MS + 60_000) } });
    expect(await opens(rotated.text)).toBe(asked.id);
    keys.silent = true;
    await expect(rotateKey({ ...asked, overlap: 1 }, ports)).rejects.toThrow(DependencyError);
  });

  test('is for no key that has ended, or that has more than whoever asks', async () => {
    const { asked, ports, keys, id, at } = await world();
    const rotate = (caller: Grants = admin) => rotateKey({ ...asked, caller, overlap: 1 }, ports);
    await expect(rotate({ ...admin, types: ['a.b'] })).rejects.toMatchObject({ code: 'grant-exceeds-key' });
    const key = keys.all.get(id);
    if (!key) throw new Error('the key is gone');
    for (const end of [{ revoked: at(0) }, { expires: at(0) }]) {
      keys.all.set(id, { ...key, ...end });
      await expect(rotate()).rejects.toMatchObject({ code: 'key-unknown' });
    }
    expect(entryOf(key)).not.toHaveProperty('hash');
  });
});

describe('a tenant that is disabled', () => {
  const disabled = { tenant: 'mine', disabled: true };

  test('has no key that opens anything, until it is enabled', async () => {
    const { ports, opens, key, id, keys, at, clock } = await world();
    await opens(key.text);
    expect(await changeTenant(disabled, change, ports)).toEqual({ complete: true, effectiveBy: at(REMEMBERED_MS) });
    expect(await opens(key.text)).toBe('disabled');
    expect(keys.audit.at(-1)).toMatchObject({ action: 'tenant.changed', subject: 'mine', pointers: ['/disabled'] });
    const enabled = await changeTenant({ tenant: 'mine', waits: 3 }, change, ports);
    expect(enabled).toEqual({ complete: true, effectiveBy: at(REMEMBERED_MS + 60_000) });
    clock.advance(60_000);
    expect(await opens(key.text)).toBe(id);
  });

  test('with Redis silent is one a minute later; with MongoDB silent by its mark', async () => {
    const { ports, opens, key, keys, copies, at } = await world();
    copies.silent = true;
    expect(await changeTenant({ ...disabled, waits: 1 }, change, ports)).toEqual({
      complete: false,
      effectiveBy: at(REMEMBERED_MS + 60_000),
    });
    await changeTenant({ tenant: 'mine' }, change, ports);
    copies.silent = false;
    keys.silent = true;
    expect(await changeTenant(disabled, change, ports)).toEqual({ complete: false, effectiveBy: at(REMEMBERED_MS) });
    expect(await opens(key.text)).toBe('disabled');
    await expect(changeTenant({ tenant: 'mine' }, change, ports)).rejects.toThrow(DependencyError);
    copies.silent = true;
    await expect(changeTenant(disabled, change, ports)).rejects.toMatchObject({ code: 'mongodb-unavailable' });
  });
});
