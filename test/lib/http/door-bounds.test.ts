import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../lib/core/message.ts';
import { ingestWorld } from '../../support/ingest-world.ts';

const event = { type: 'anything.happened', data: 1 };
const seconds = (digits: number) => `2026-11-23T12:00:00.${'1'.repeat(digits)}Z`;
const extensions = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, 1]));

/** What just fits, and what is one unit longer. */
const bounds: Record<string, [fits: object, tooLong: object]> = {
  id: [{ id: 'x'.repeat(256) }, { id: 'x'.repeat(257) }],
  'id, in UTF-16 code units': [{ id: '😀'.repeat(128) }, { id: `${'😀'.repeat(128)}x` }],
  source: [{ source: 'x'.repeat(512) }, { source: 'x'.repeat(513) }],
  subject: [{ subject: 'x'.repeat(512) }, { subject: 'x'.repeat(513) }],
  partitionkey: [{ partitionkey: 'x'.repeat(512) }, { partitionkey: 'x'.repeat(513) }],
  dataschema: [{ dataschema: `a:${'x'.repeat(1022)}` }, { dataschema: `a:${'x'.repeat(1023)}` }],
  time: [{ time: seconds(43) }, { time: seconds(44) }],
  expirytime: [{ expirytime: seconds(1003) }, { expirytime: seconds(1004) }],
  'the value of an extension': [{ extra: 'x'.repeat(1024) }, { extra: 'x'.repeat(1025) }],
  'the name of an extension': [{ ['x'.repeat(64)]: 1 }, { ['x'.repeat(65)]: 1 }],
  'the number of extensions': [extensions(32), extensions(33)],
  'the number of extensions, those with a name of their own among them': [
    { ...extensions(31), partitionkey: 'p' },
    { ...extensions(31), partitionkey: 'p', expirytime: '2030-01-01T00:00:00Z' },
  ],
};

test.each(Object.entries(bounds))('entry 12: the door bounds %s', async (_, [fits, tooLong]) => {
  const world = ingestWorld();
  expect((await world.post({ ...event, ...fits })).status).toBe(202);
  expect(await world.post({ ...event, ...tooLong })).toMatchObject({ status: 400, body: { code: 'invalid-event' } });
  expect(world.queue.published).toHaveLength(1);
});

test('entry 12: what is megabytes too long reaches neither Redis nor the answer', async () => {
  for (const name of ['id', 'source', 'subject', 'partitionkey', 'dataschema', 'time', 'expirytime', 'extra']) {
    const world = ingestWorld();
    const { status, body } = await world.post({ ...event, [name]: 'x'.repeat(3_000_000) });
    expect(status, name).toBe(400);
    expect(JSON.stringify(body).length).toBeLessThan(2000);
    expect(world.claims.calls).toEqual([]);
  }
});

test('null does not count as an extension', async () => {
  const none = Object.fromEntries(Object.keys(extensions(100)).map((name) => [name, null]));
  expect((await ingestWorld().post({ ...event, ...none })).status).toBe(202);
});

test('entry 12: a message of an earlier door is read whatever its length', async () => {
  const world = ingestWorld();
  await world.post(event);
  const [message] = world.messages();
  if (!message) throw new Error('nothing was published');
  const long = '😀'.repeat(5000);
  const earlier = {
    ...{ ...message, id: long, source: `/${long}`, subject: long, dataschema: `a:${long}`, time: seconds(900) },
    extensions: { ...extensions(200), partitionkey: long, extra: long },
  };
  expect(decodeMessage(encodeMessage(earlier))).toEqual(earlier);
});
