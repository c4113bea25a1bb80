import { describe, expect, test } from 'vitest';
import { catalogueOf } from '../../../../lib/core/catalogue.ts';
import { messageGroup } from '../../../../lib/core/fifo.ts';
import { decodeMessage } from '../../../../lib/core/message.ts';
import { planReplay } from '../../../../lib/failures/replay/plan.ts';
import type { DeskView } from '../../../../lib/ports/failure-desk.ts';
import type { FailureRecord } from '../../../../lib/ports/failures.ts';
import { defineEvent } from '../../../../lib/sdk/define-event.ts';
import { changed } from '../../../support/changed-event.ts';
import { catalogueOfTypes, definitionOf } from '../../../support/definitions.ts';
import { recordOf } from '../../../support/query-world.ts';

const now = Date.parse('2026-11-24T12:00:00Z');
const surroundings = { bounds: {}, catalogue: catalogueOfTypes(['parcel.sent']), queueUrlPrefix: 'http://queue/', now };
const edited = { data: { name: 'q' } };

/** A failed event of these attributes, as an earlier door may have let them in. */
function viewOf(attributes: object = {}, extensions: Record<string, string | number> = {}): DeskView {
  const all = { source: '/tenants/local', time: '2026-11-23T11:59:59Z', ...attributes };
  const record = recordOf({ ...all, data: '{"name":"p"}', state: 'failed', extensions: JSON.stringify(extensions) });
  const { id, type, data, fingerprint, recordedtime } = record;
  const failure: FailureRecord = {
    ...{ _id: 'f-1', tenant: 'local', eventKey: record._id, type, cause: 'permanent', code: 'c', message: 'm' },
    ...{ group: 'g', data, fingerprint, replay: 0, attempts: [], recordedtime, state: 'open' },
    event: JSON.stringify({ ...extensions, id, type, recordedtime, ...all }),
  };
  return { failure, record, replacementSeen: false };
}

const plan = (view: DeskView, data?: { data: unknown }) => planReplay(view, data, surroundings);

describe('entry 42: an event that is past its expirytime', () => {
  const past = ['2026-11-24T12:00:00Z', '2016-12-31T23:59:60Z', '2026-11-24T13:00:00.000000001+01:00'];

  test.each(past)('is not run again, because it would not run: %s', (expirytime) => {
    expect(() => plan(viewOf({}, { expirytime }))).toThrow(
      expect.objectContaining({
        code: 'event-expired',
        problem: expect.objectContaining({ status: 409, retryable: false }),
      }),
    );
  });

  test('is run while it is not past', () => {
    expect(plan(viewOf({}, { expirytime: '2026-11-24T12:00:01Z' })).change).toMatchObject({
      kind: 'replay',
      replay: 1,
    });
  });

  test('can be edited: the new event does not expire', () => {
    const { publication } = plan(viewOf({}, { expirytime: '2020-01-01T00:00:00Z', extra: 'x' }), edited);
    expect(decodeMessage(publication.body).extensions).toEqual({ extra: 'x', replayof: 'f-1' });
  });

  test('whose replay was written before it expired is published again, and settles as expired', () => {
    const { failure, record } = viewOf({}, { expirytime: '2020-01-01T00:00:00Z' });
    const replaying = {
      failure: { ...failure, state: 'replaying' as const, replay: 1 },
      record: record && { ...record, state: 'retrying' as const, replay: 1, attempts: [] },
      replacementSeen: false,
    };
    expect(plan(replaying).change).toMatchObject({ kind: 'ask-again' });
  });
});

test('every replay goes to a standard queue in the group of its tenant, the one that its schema refuses now too (protocol: fair-queues)', () => {
  const { failure, record } = viewOf();
  const again: DeskView = {
    failure: { ...failure, state: 'replaying', replay: 1 },
    record: record && { ...record, state: 'retrying', replay: 1, attempts: [], data: '{"name":7}' },
    replacementSeen: false,
  };
  for (const { publication } of [plan(viewOf()), plan(viewOf(), edited), plan(again)])
    expect(publication).toMatchObject({ queueUrl: 'http://queue/parcel-sent', group: 'local' });
});

test('an edited replay takes whatever attributes an earlier door has taken', () => {
  const long = 'x'.repeat(5000);
  const attributes = { subject: long, source: `/${long}`, dataschema: `a:${long}`, time: '2026-11-23T11:59:59Z' };
  const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`x${index}`, long]));
  const { publication } = plan(viewOf(attributes, many), edited);
  const message = decodeMessage(publication.body);
  expect(message).toMatchObject({ ...attributes, data: edited.data, extensions: { ...many, replayof: 'f-1' } });
  expect(Object.keys(message.extensions)).toHaveLength(41);
});

describe('a replay names the build that looked at its data (protocol: schema-again)', () => {
  const build = { hash: 'desk', time: '2026-11-24T11:00:00.000Z' };
  const definition = defineEvent(definitionOf('parcel.sent'));
  const built = { ...surroundings, catalogue: catalogueOf([definition], new Map([['parcel.sent', build]])) };
  const carried = JSON.stringify({ build: { hash: 'ingest', time: '2026-11-23T11:00:00.000Z' }, more: 1 });
  const messageOf = (view: DeskView, data: { data: unknown } | undefined, at: typeof surroundings) =>
    decodeMessage(planReplay(view, data, at).publication.body);

  test.each([
    ['as it was', undefined],
    ['with other data', edited],
  ])('%s', (_, data) => expect(messageOf(viewOf(), data, built)).toMatchObject({ build }));

  test('whatever older code, to which a build meant nothing, carried into the record', () => {
    const { record, ...rest } = viewOf();
    const view = { ...rest, record: record && { ...record, carried } };
    expect(messageOf(view, undefined, built)).toMatchObject({ build, carried: { more: 1 } });
    expect(messageOf(view, undefined, surroundings)).not.toHaveProperty('build');
  });
});

test('an edited replay makes no event outside of the bounds of the key that asks', () => {
  for (const bounds of [{ types: ['other.type'] }, { sources: ['/elsewhere'] }]) {
    const at = { ...surroundings, bounds };
    expect(() => planReplay(viewOf(), edited, at)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ status: 403 }) }),
    );
  }
});

test('an event of a form before is replayed as it was sent, in the order of what it has become; other data has the form of now', () => {
  const ordered = { ...changed, orderedBy: (data: unknown) => (data as { last: string }).last };
  const at = { ...surroundings, catalogue: catalogueOf([ordered]) };
  const view = viewOf({ data: '{"name":"Ada Lovelace"}' });
  const { record, failure } = view;
  const sent = record && { ...record, data: '{"name":"Ada Lovelace"}' };
  const { publication } = planReplay({ ...view, record: sent }, undefined, at);
  expect(publication.group).toBe(messageGroup('local', 'Lovelace'));
  expect(decodeMessage(publication.body).data).toEqual({ name: 'Ada Lovelace' });
  expect(() => planReplay({ ...view, failure, record: sent }, { data: { name: 'Ada Lovelace' } }, at)).toThrow(
    '#/data',
  );
});
