import { describe, expect, test } from 'vitest';
import { createLookUp } from '../../../lib/access/look-up.ts';
import { callers, keysWorld } from '../../support/keys-world.ts';
import type { MemoryApiKeys, MemoryKeyCopies } from '../../support/memory-keys.ts';

const { admin, operator } = callers;
const RATE = { requests: 7 };

async function world() {
  const { ask, keys, copies, clock, ports } = keysWorld();
  const { body } = await ask('POST /keys', admin, { name: 'a key', scopes: ['events:read'] });
  const id = String(body.id);
  /** As an execution environment of the authorizer that remembers what it was told. */
  const environment = () => {
    const lookUp = createLookUp(ports);
    return async (text: string) => {
      const verdict = await lookUp(text);
      return 'identity' in verdict ? 'opens' : verdict.refused;
    };
  };
  const rotate = (overlap: number) => ask('POST /keys/{id}/rotate', admin, { overlap }, id);
  const revoke = () => ask('DELETE /keys/{id}', admin, undefined, id);
  const put = (entry: object) => ask('PUT /tenants/{tenant}', operator, entry, 'mine');
  const said = async () => (await ask('GET /tenants/{tenant}', operator, undefined, 'mine')).body;
  return { keys, copies, clock, ports, id, text: String(body.key), environment, rotate, revoke, put, said };
}

/** Two promises to hold something back with: that it is there, and that it may go on. */
function gate() {
  const [there, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const pass = async () => {
    there.resolve();
    await open.promise;
  };
  return { pass, isThere: there.promise, letGo: open.resolve };
}

/** The next answer of MongoDB about a text comes late. */
function holdAnswer(keys: MemoryApiKeys) {
  const { pass, ...held } = gate();
  const { byHash } = keys;
  keys.byHash = async (hash) => {
    keys.byHash = byHash;
    const found = await byHash(hash);
    await pass();
    return found;
  };
  return held;
}

/** The next mark of a tenant comes late to Redis. */
function holdMark(copies: MemoryKeyCopies) {
  const { pass, ...held } = gate();
  const { mark } = copies;
  copies.mark = async (tenant) => {
    copies.mark = mark;
    await pass();
    return mark(tenant);
  };
  return held;
}

describe('a look-up to which MongoDB answers late', () => {
  test('takes back no end that a rotation wrote meanwhile, with MongoDB and without', async () => {
    const { keys, clock, text, environment, rotate } = await world();
    clock.advance(60_000);
    const late = holdAnswer(keys);
    const slow = environment();
    const verdict = slow(text);
    await late.isThere;
    // So that it is not the time of asking that makes a copy the newer one.
    clock.advance(-1);
    expect((await rotate(5)).status).toBe(200);
    clock.advance(1);
    late.letGo();
    expect(await verdict).toBe('opens');
    clock.advance(5000);
    expect(await environment()(text)).toBe('expired');
    keys.silent = true;
    clock.advance(60_000);
    expect(await environment()(text)).toBe('expired');
    expect(await slow(text)).toBe('expired');
  });

  test('remembers what was written meanwhile, for when nobody answers', async () => {
    const { keys, copies, clock, text, environment, rotate } = await world();
    clock.advance(60_000);
    const late = holdAnswer(keys);
    const slow = environment();
    const verdict = slow(text);
    await late.isThere;
    clock.advance(-1);
    await rotate(5);
    clock.advance(1);
    late.letGo();
    await verdict;
    for (const store of [keys, copies]) store.silent = true;
    clock.advance(5000);
    expect(await slow(text)).toBe('expired');
  });

  test.each(['a revocation', 'a rotation without an overlap', 'an overlap that ends'])(
    'says no more than what holds once it answers: %s',
    async (what) => {
      const { keys, clock, text, environment, rotate, revoke } = await world();
      clock.advance(60_000);
      const late = holdAnswer(keys);
      const verdict = environment()(text);
      await late.isThere;
      await (what === 'a revocation' ? revoke() : rotate(what === 'an overlap that ends' ? 1 : 0));
      clock.advance(1000);
      late.letGo();
      expect(await verdict).toBe(what === 'an overlap that ends' ? 'expired' : 'revoked');
    },
  );

  test('keeps what another was told of the tenant since', async () => {
    const { keys, copies, clock, id, text, environment, put } = await world();
    clock.advance(60_000);
    const late = holdAnswer(keys);
    const verdict = environment()(text);
    await late.isThere;
    await put({ rate: RATE });
    expect(await environment()(text)).toBe('opens');
    clock.advance(1);
    late.letGo();
    expect(await verdict).toBe('opens');
    expect((await copies.byId(id))?.tenant.rate).toEqual(RATE);
  });
});

describe('of two entries of a tenant at once', () => {
  test('the one that MongoDB has last holds, where the mark of the other comes late', async () => {
    const { copies, clock, text, environment, put, said } = await world();
    const late = holdMark(copies);
    const disabling = put({ disabled: true });
    await late.isThere;
    expect((await put({})).status).toBe(200);
    late.letGo();
    expect((await disabling).status).toBe(200);
    expect(await said()).toEqual({ tenant: 'mine' });
    clock.advance(60_000);
    expect(await environment()(text)).toBe('opens');
  });

  test('so it does where it disables', async () => {
    const { keys, copies, text, environment, put, said } = await world();
    const late = holdMark(copies);
    const enabling = put({});
    await late.isThere;
    expect((await put({ disabled: true })).status).toBe(200);
    late.letGo();
    expect((await enabling).status).toBe(200);
    expect(await said()).toEqual({ tenant: 'mine', disabled: true });
    keys.silent = true;
    expect(await environment()(text)).toBe('disabled');
  });

  test('an entry is no news to whoever reads tenants or the audit: nothing is shown of its revision', async () => {
    const { keys, put, said } = await world();
    const { status, body } = await put({ waits: 3 });
    expect([status, body]).toEqual([200, { tenant: 'mine', waits: 3, effectiveBy: expect.any(String) }]);
    await put({ waits: 4 });
    expect(await said()).toEqual({ tenant: 'mine', waits: 4 });
    expect(keys.audit.at(-1)?.pointers).toEqual(['/waits']);
  });
});

describe('a mark of which MongoDB knows nothing', () => {
  test('of a clock that is ahead keeps nobody out who was told 200', async () => {
    const { keys, clock, text, environment, put } = await world();
    clock.advance(5000);
    keys.silent = true;
    expect((await put({ disabled: true })).status).toBe(202);
    keys.silent = false;
    clock.advance(-5000);
    expect((await put({})).status).toBe(202);
    expect(await environment()(text)).toBe('disabled');
    clock.advance(5001);
    expect((await put({})).status).toBe(200);
    clock.advance(60_000);
    expect(await environment()(text)).toBe('opens');
  });

  test('is not taken away by what was said before it', async () => {
    const { keys, copies, clock, text, environment, put } = await world();
    const late = holdMark(copies);
    const enabling = put({});
    await late.isThere;
    clock.advance(1);
    keys.silent = true;
    expect((await put({ disabled: true })).status).toBe(202);
    late.letGo();
    // MongoDB cannot say whether it knows of it, so neither can the answer.
    expect((await enabling).status).toBe(202);
    expect(await environment()(text)).toBe('disabled');
    keys.silent = false;
    expect((await put({ disabled: true })).status).toBe(200);
  });
});
