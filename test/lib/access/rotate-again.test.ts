import { describe, expect, test } from 'vitest';
import { createLookUp } from '../../../lib/access/look-up.ts';
import { readApiKey } from '../../../lib/core/access/api-key.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { callers, keysWorld } from '../../support/keys-world.ts';

const DAY = 86_400;

async function world() {
  const { ask, keys, copies, clock, ports } = keysWorld();
  const { body } = await ask('POST /keys', callers.admin, { name: 'a key', scopes: ['events:read'] });
  const id = String(body.id);
  /** As execution environments of the authorizer that begin now say of each text. */
  const verdicts = (...texts: string[]) =>
    Promise.all(
      texts.map(async (text) => {
        const verdict = await createLookUp(ports)(text);
        return 'identity' in verdict ? 'opens' : verdict.refused;
      }),
    );
  const rotate = async (overlap: number) => {
    const { status, body } = await ask('POST /keys/{id}/rotate', callers.admin, { overlap }, id);
    return { status, text: String(body.key), effectiveBy: body.effectiveBy };
  };
  const revoke = () => ask('DELETE /keys/{id}', callers.admin, undefined, id);
  const at = (ms: number) => new Date(clock.now() + ms).toISOString();
  const unheard = () => keys.all.get(id)?.unheard;
  return { ask, keys, copies, clock, text: String(body.key), verdicts, rotate, revoke, at, unheard };
}

describe('a rotation that was not complete, repeated until it is', () => {
  test('leaves the text that clients use its overlap, and gives a new one in place of that of the 202', async () => {
    const { keys, copies, clock, text, verdicts, rotate, at, unheard } = await world();
    const ends = at(DAY * 1000);
    copies.silent = true;
    const first = await rotate(DAY);
    expect(first).toMatchObject({ status: 202, effectiveBy: at(DAY * 1000 + 120_000) });
    expect(await verdicts(text, first.text)).toEqual(['opens', 'opens']);
    clock.advance(10_000);
    const again = await rotate(DAY);
    expect(again.status).toBe(202);
    copies.silent = false;
    clock.advance(10_000);
    const last = await rotate(DAY);
    expect(last).toMatchObject({ status: 200, effectiveBy: new Date(Date.parse(ends) + 60_000).toISOString() });
    expect(await verdicts(text, first.text, again.text, last.text)).toEqual(['opens', 'revoked', 'revoked', 'opens']);
    expect(unheard()).toBeUndefined();
    expect(keys.audit.map(({ action }) => action)).toEqual(['key.created', ...new Array(3).fill('key.rotated')]);
    clock.advance(Date.parse(ends) - clock.now());
    expect(await verdicts(text, last.text)).toEqual(['expired', 'opens']);
  });

  test('is one where the answer of MongoDB was lost too', async () => {
    const { keys, text, verdicts, rotate } = await world();
    const { change } = keys;
    keys.change = async (...asked) => {
      keys.change = change;
      await change(...asked);
      throw new DependencyError('mongodb', 'silent');
    };
    expect((await rotate(DAY)).status).toBe(503);
    const last = await rotate(DAY);
    expect(last.status).toBe(200);
    expect(await verdicts(text, last.text)).toEqual(['opens', 'opens']);
  });

  test('is one where MongoDB fell silent before it was confirmed', async () => {
    const { keys, text, verdicts, rotate, at } = await world();
    const { heard } = keys;
    keys.heard = () => Promise.reject(new DependencyError('mongodb', 'silent'));
    // Redis holds it, so it takes no longer.
    expect(await rotate(DAY)).toMatchObject({ status: 202, effectiveBy: at(DAY * 1000 + 60_000) });
    keys.heard = heard;
    const last = await rotate(DAY);
    expect(last.status).toBe(200);
    expect(await verdicts(text, last.text)).toEqual(['opens', 'opens']);
  });

  test('ends the text before no later than it is asked to, nor than it was', async () => {
    for (const [overlap, verdict] of [
      [0, 'revoked'],
      [2 * DAY, 'opens'],
    ] as const) {
      const { keys, copies, clock, text, verdicts, rotate } = await world();
      copies.silent = true;
      await rotate(DAY);
      copies.silent = false;
      const last = await rotate(overlap);
      expect(await verdicts(text, last.text)).toEqual([verdict, 'opens']);
      keys.silent = true;
      clock.advance(DAY * 1000 - 1);
      expect(await verdicts(text)).toEqual([verdict]);
      clock.advance(1);
      keys.silent = false;
      expect(await verdicts(text)).toEqual([verdict === 'opens' ? 'expired' : verdict]);
    }
  });

  test('marks every text that ended meanwhile, so that no copy of it opens anything while MongoDB is silent', async () => {
    const { keys, copies, text, verdicts, rotate } = await world();
    const second = await rotate(DAY);
    copies.silent = true;
    const third = await rotate(DAY);
    copies.silent = false;
    expect(await verdicts(second.text, third.text)).toEqual(['opens', 'opens']);
    expect((await rotate(DAY)).status).toBe(200);
    keys.silent = true;
    expect(await verdicts(text, second.text, third.text)).toEqual(['revoked', 'opens', 'revoked']);
  });

  test('so does a revocation in its place', async () => {
    const { keys, copies, text, verdicts, rotate, revoke } = await world();
    const second = await rotate(DAY);
    copies.silent = true;
    const third = await rotate(DAY);
    copies.silent = false;
    expect((await revoke()).status).toBe(200);
    keys.silent = true;
    expect(await verdicts(text, second.text, third.text)).toEqual(['revoked', 'revoked', 'revoked']);
  });

  test('keeps a bounded number of texts, however often it is repeated', async () => {
    const { copies, rotate, unheard, text, verdicts } = await world();
    copies.silent = true;
    for (let time = 0; time < 120; time++) expect((await rotate(DAY)).status).toBe(202);
    expect(unheard()).toHaveLength(100);
    copies.silent = false;
    const last = await rotate(DAY);
    expect(await verdicts(text, last.text)).toEqual(['opens', 'opens']);
  });
});

describe('a rotation that is meant', () => {
  test('after a complete one ends the oldest text at once, also where that was a repetition', async () => {
    const { copies, text, verdicts, rotate } = await world();
    copies.silent = true;
    await rotate(DAY);
    copies.silent = false;
    const second = await rotate(DAY);
    const third = await rotate(DAY);
    expect(third.status).toBe(200);
    expect(await verdicts(text, second.text, third.text)).toEqual(['revoked', 'opens', 'opens']);
  });

  test('after a 202 that nobody repeated while its overlap ran gives that one’s text an overlap', async () => {
    const { copies, clock, text, verdicts, rotate } = await world();
    copies.silent = true;
    const second = await rotate(DAY);
    copies.silent = false;
    clock.advance(DAY * 1000);
    const third = await rotate(DAY);
    expect(third.status).toBe(200);
    expect(await verdicts(text, second.text, third.text)).toEqual(['revoked', 'opens', 'opens']);
  });

  test('by two at once is complete for the one whose text opens the key', async () => {
    const { keys, text, verdicts, rotate, unheard } = await world();
    const [there, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { heard } = keys;
    keys.heard = async (...asked) => {
      keys.heard = heard;
      there.resolve();
      await open.promise;
      return heard(...asked);
    };
    const slow = rotate(DAY);
    await there.promise;
    const quick = await rotate(DAY);
    open.resolve();
    const { status, text: replaced } = await slow;
    expect([status, quick.status]).toEqual([202, 200]);
    expect(await verdicts(text, replaced, quick.text)).toEqual(['opens', 'revoked', 'opens']);
    expect(unheard()).toBeUndefined();
  });

  test('shows no more of a key than what is shown of every other', async () => {
    const { ask, copies, text, rotate } = await world();
    copies.silent = true;
    await rotate(0);
    const { body } = await ask('GET /keys', callers.admin);
    const shown = ['id', 'name', 'tenant', 'scopes', 'last4', 'createdtime', 'by'];
    expect(body.items).toEqual([Object.fromEntries(shown.map((member) => [member, expect.anything()]))]);
    expect(JSON.stringify(body)).not.toContain(readApiKey(text)?.hash);
  });
});
