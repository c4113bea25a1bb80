import { describe, expect, it } from 'vitest';
import { keysIn } from '../../../../lib/adapters/redis/keys.ts';
import { ingestWorld } from '../../../support/ingest-world.ts';
import { read } from '../../../support/repository.ts';

const page = read('docs/operations.md').split('\n## Restoring MongoDB\n')[1] ?? '';
const words = /for what in ([a-z ]+); do/.exec(page)?.[1]?.split(' ') ?? [];
const pattern = /--pattern "([^"]+)\$what"/.exec(page)?.[1] ?? '';
/** https://redis.io/docs/latest/commands/scan/: of a glob, where only the star is one. */
const globs = words.map((word) => {
  const [begin = '', end = ''] = `${pattern}${word}`.split('*').map((part) => part.replace(/[{}.]/g, '\\$&'));
  return new RegExp(`^${begin}.*${end}$`, 's');
});
const isDeleted = (key: string) => globs.some((glob) => glob.test(key));

describe('what docs/operations.md deletes of Redis when MongoDB is restored', () => {
  const keys = keysIn('sluice:prod');

  it('is all that says an event is known, settled or waiting', () => {
    for (const key of [keys.claimKey('k'), keys.outcomeKey('k'), keys.settledKey('k'), keys.waitKey('k')])
      expect(isDeleted(key), key).toBe(true);
  });

  it('is what was heard of keys and tenants later than MongoDB has it', () => {
    for (const key of [keys.copyKey('h'), keys.heardKey('t')]) expect(isDeleted(key), key).toBe(true);
  });

  it('is nothing of projections, start marks, ends of access and rates, and nothing of another stage', () => {
    const kept = [
      ...[keys.voidMarkKey('k', 'r'), keys.endedKey('h'), keys.disabledKey('t')],
      ...[keys.rateKey('t', 'b'), keys.tenantSlotsKey('t'), keys.generationsKey('t', 'p')],
      ...[keys.guardKey('t', 'p', '0', 'k'), keys.projectionKey('t', 'p', '0', 'all')],
      keysIn('sluice:staging').claimKey('k'),
    ];
    for (const key of kept) expect(isDeleted(key), key).toBe(false);
  });

  it('must go: for 24 hours an id that Redis knows is not published again, whatever MongoDB has forgotten', async () => {
    const world = ingestWorld();
    const event = { type: 'parcel.sent', id: 'lost', data: { parcel: 'p-1' } };
    const published = async () => {
      world.queue.published.length = 0;
      expect((await world.post(event)).status).toBe(202);
      return world.queue.published.length;
    };
    expect(await published()).toBe(1);
    expect(await published()).toBe(0);
    // As without its claim.
    world.clock.advance(24 * 3_600_000);
    expect(await published()).toBe(1);
  });
});
