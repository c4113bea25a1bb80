import { describe, expect, test } from 'vitest';
import { createRenew } from '../../../lib/wiring/renew-address.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const [OLD, NEW] = ['rediss://u:old@h', 'rediss://u:new@h'];

/** A store whose value may change, and what reads it again. */
function world(random = () => 1) {
  const store = { value: OLD, silent: false, reads: 0 };
  const clock = fakeClock();
  const lines: string[] = [];
  const note = (message: string, details?: unknown) => void lines.push(`${message} ${JSON.stringify(details)}`);
  const read = async () => {
    store.reads++;
    if (store.silent) throw new Error('the store is silent');
    return store.value;
  };
  const log = { debug: note, info: note, warn: note, error: note };
  return { store, clock, lines, renew: createRenew('REDIS_URL', OLD, { read, clock, random, log }) };
}

describe('credentials that were refused', () => {
  test('are read again, and others are there', async () => {
    const { store, renew, lines } = world();
    store.value = NEW;
    expect(await renew(OLD)).toBe(NEW);
    expect(lines.join()).not.toMatch(/old@|new@/);
  });

  test('by a thousand at the same time are read once, and nobody who comes later reads again', async () => {
    const { store, renew } = world();
    store.value = NEW;
    expect(new Set(await Promise.all(Array.from({ length: 1000 }, () => renew(OLD))))).toEqual(new Set([NEW]));
    expect(await renew(OLD)).toBe(NEW);
    expect(store.reads).toBe(1);
  });

  test('and are really wrong are read ever more rarely, a minute apart at most', async () => {
    const { store, clock, renew } = world();
    const readsIn = async (seconds: number) => {
      const before = store.reads;
      for (let tenth = 0; tenth < seconds * 10; tenth++) {
        expect(await renew(OLD)).toBeUndefined();
        clock.advance(100);
      }
      return store.reads - before;
    };
    expect(await readsIn(60)).toBeLessThan(8);
    await readsIn(60);
    expect(await readsIn(600)).toBeLessThanOrEqual(11);
    expect(await readsIn(600)).toBeGreaterThan(5);
  });

  test('and are mended a while later are found', async () => {
    const { store, clock, renew } = world();
    for (let round = 0; round < 20; round++) {
      await renew(OLD);
      clock.advance(60_000);
    }
    store.value = NEW;
    expect(await renew(OLD)).toBe(NEW);
  });

  test('of which the new ones are refused too are read again after a pause', async () => {
    const { store, clock, renew } = world();
    store.value = NEW;
    await renew(OLD);
    expect(await renew(NEW)).toBeUndefined();
    expect(store.reads).toBe(1);
    clock.advance(1000);
    store.value = 'rediss://u:newest@h';
    expect(await renew(NEW)).toBe('rediss://u:newest@h');
  });

  test('are not read by all environments at the same moment', async () => {
    const waits = await Promise.all(
      [0, 0.5, 1].map(async (random) => {
        const { clock, renew } = world(() => random);
        const before = clock.now();
        await renew(OLD);
        return clock.now() - before;
      }),
    );
    expect(waits).toEqual([0, 50, 100]);
  });

  test('whose store is silent stay, which is said, and ends nothing', async () => {
    const { store, clock, renew, lines } = world();
    store.silent = true;
    expect(await renew(OLD)).toBeUndefined();
    expect(lines.join()).toContain('the store is silent');
    clock.advance(1000);
    Object.assign(store, { silent: false, value: NEW });
    expect(await renew(OLD)).toBe(NEW);
  });

  test('of which the driver cannot take the new ones stay, which is said, until there are others', async () => {
    const { store, clock, renew, lines } = world();
    store.value = 'rediss://u:n/ew@h';
    const check = (address: string) => {
      if (address.includes('n/ew')) throw new Error('unescaped characters');
    };
    expect(await renew(OLD, check)).toBeUndefined();
    expect(lines.join()).toContain('unescaped characters');
    clock.advance(1000);
    store.value = NEW;
    expect(await renew(OLD, check)).toBe(NEW);
  });
});
