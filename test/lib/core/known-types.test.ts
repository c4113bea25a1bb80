import { describe, expect, it } from 'vitest';
import { knownTypes } from '../../../lib/core/known-types.ts';
import { defineEvent } from '../../../lib/sdk/define-event.ts';
import { DefinitionError } from '../../../lib/sdk/errors.ts';
import { definitionOf } from '../../support/definitions.ts';
import { ingestWorld } from '../../support/ingest-world.ts';

/** Event files of which one is broken, and a list of those that were loaded. */
function files(broken = '') {
  const loaded: string[] = [];
  const load = async (type: string) => {
    loaded.push(type);
    if (type === broken) throw new Error('a package is missing');
    return { default: defineEvent(definitionOf(type)) };
  };
  return { loaded, load };
}
const event = (type: string) => ({ type, data: { name: 'a' } });

describe('types at ingest', () => {
  it('are loaded when an event of theirs comes first, and once', async () => {
    const { loaded, load } = files();
    const world = ingestWorld({ catalogue: knownTypes(['parcel.lost', 'parcel.found', 'parcel.sent'], load) });
    expect(loaded).toEqual([]);
    expect(await world.post(event('parcel.sent'))).toMatchObject({ status: 202 });
    expect(await world.post([event('parcel.sent'), event('parcel.lost')])).toMatchObject({ body: { accepted: 2 } });
    expect(await world.post(event('parcel.lost'))).toMatchObject({ status: 202 });
    expect(loaded).toEqual(['parcel.sent', 'parcel.lost']);
  });

  it('are suggested though they were never loaded, and what is no type loads nothing', async () => {
    const { loaded, load } = files();
    const world = ingestWorld({ catalogue: knownTypes(['parcel.sent', 'order.made'], load) });
    expect(await world.post(event('parcel.send'))).toMatchObject({
      status: 422,
      body: { code: 'unknown-type', suggestions: ['parcel.sent'] },
    });
    expect(await world.post({ type: 7, data: {} })).toMatchObject({ status: 400 });
    expect(loaded).toEqual([]);
  });

  it('break no event of another type when their file is broken, and are tried again', async () => {
    const { loaded, load } = files('parcel.lost');
    const world = ingestWorld({ catalogue: knownTypes(['parcel.lost', 'parcel.sent'], load) });
    expect(await world.post([event('parcel.lost'), event('parcel.sent')])).toMatchObject({
      status: 207,
      body: {
        accepted: 1,
        refused: 1,
        results: [{ problem: { status: 500, code: 'internal-error' } }, { status: 'accepted' }],
      },
    });
    expect(world.lines).toContainEqual(
      expect.objectContaining({ message: 'an event could not be checked', error: expect.any(DefinitionError) }),
    );
    expect(await world.post(event('parcel.lost'))).toMatchObject({ status: 500 });
    expect(loaded).toEqual(['parcel.lost', 'parcel.sent', 'parcel.lost']);
  });
});
