import { describe, expect, test } from 'vitest';
import { encodeMessage, type Message } from '../../../lib/core/message.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';
import type { Event } from '../../../lib/sdk/event.ts';
import {
  consumerWorld,
  delivered,
  handledBy,
  handledTogetherBy,
  leavesAnEffect,
} from '../../support/consumer-world.ts';

const world = await consumerWorld();
const { message, consume, record, effects, failures, readLetters, queue, ports } = world;
const succeeds = handledBy(leavesAnEffect);
const ordered = handledBy(leavesAnEffect, { ordered: true });
/** As a newer ingest would publish it. */
const newerOf = (of: Message) => encodeMessage(of).replace('"version":1,', '"version":2,');
const secondsOf = ({ receiptHandle }: { receiptHandle: string }) =>
  queue.visibility.filter((one) => one.receiptHandle === receiptHandle).map(({ seconds }) => seconds);

describe('a message of a higher version than ours (protocol: newer-comes-back)', () => {
  test('comes back after a while, and nothing is recorded of it; its neighbours run', async () => {
    const [newer, first, last] = [message(), message(), message()];
    const batch = [delivered(first), delivered(newerOf(newer), { receives: 3 }), delivered('no json'), delivered(last)];
    expect(await consume(succeeds, batch, { random: () => 1 })).toEqual([batch[1]?.messageId]);
    expect(batch.map(secondsOf)).toEqual([[], [20], [], []]);
    expect(await record(newer)).toBeNull();
    expect(queue.published.map(({ body }) => body)).toEqual(['no json']);
    await readLetters();
    expect(await failures(newer.tenant)).toEqual([]);
    for (const one of [first, last]) expect(await record(one)).toMatchObject({ state: 'succeeded' });
  });

  test('comes back however often it came, at last every 10 to 20 minutes, and costs no attempt', async () => {
    const sent = message();
    for (const receives of [21, 900]) {
      const newer = delivered(newerOf(sent), { receives });
      expect(await consume(succeeds, [newer])).toEqual([newer.messageId]);
      const [seconds] = secondsOf(newer);
      expect(seconds).toBeGreaterThanOrEqual(600);
      expect(seconds).toBeLessThanOrEqual(1200);
    }
    expect(queue.published).toEqual([]);
    expect(await consume(succeeds, [delivered(sent, { receives: 901 })])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', attempts: [{ outcome: 'succeeded' }] });
  });

  test('goes to the dead letters as it came a day before it would die of age (protocol: waiting-ends)', async () => {
    const hour = 3_600_000;
    const [younger, old] = [142, 144].map((hours) => {
      return delivered(newerOf(message()), { receives: 2, sent: Date.now() - hours * hour });
    });
    if (!younger || !old) throw new Error('two messages');
    expect(await consume(succeeds, [old, younger])).toEqual([younger.messageId]);
    expect(queue.published.splice(0)).toMatchObject([{ body: old.body, queueUrl: 'http://queue/dead-letters' }]);
    queue.answers.push('refused');
    expect(await consume(succeeds, [old])).toEqual([old.messageId]);
  });

  test('in an ordered type ends alone: what stands behind it becomes visible', async () => {
    const group = 'old';
    const sent = Date.now() - 7 * 86_400_000;
    const [newer, behind] = [delivered(newerOf(message()), { group, sent }), delivered(message(), { group, sent })];
    expect(await consume(ordered, [newer, behind])).toEqual([behind.messageId]);
    expect(secondsOf(behind)).toEqual([0]);
    expect(queue.published.splice(0)).toMatchObject([{ body: newer.body, group }]);
  });

  test('says so in one line for all of a batch', async () => {
    const lines: unknown[] = [];
    const log = { ...ports.log, warn: (text: string, details = {}) => void lines.push([text, details]) };
    const batch = [1, 2, 3].map(() => delivered(newerOf(message())));
    expect(await consume(succeeds, batch, { log })).toHaveLength(3);
    expect(lines).toEqual([['messages wait for a newer consumer', { type: 'test.happened', messages: 3 }]]);
  });

  test('leaves a batch that is handled together in one transaction', async () => {
    const batches: number[] = [];
    const together = handledTogetherBy(async (events) => {
      batches.push(events.length);
      return undefined;
    });
    const tenant = `together-${world.run}`;
    const newer = delivered(newerOf(message({ tenant })));
    const others = [message({ tenant }), message({ tenant })].map((one) => delivered(one));
    expect(await consume(together, [newer, ...others])).toEqual([newer.messageId]);
    expect(batches).toEqual([2]);
  });

  test('in an ordered type holds back what stands behind it in its group, and nothing else', async () => {
    const [before, newer, behind, twice, elsewhere] = Array.from({ length: 5 }, () => message());
    if (!before || !newer || !behind || !twice || !elsewhere) throw new Error('five events');
    const batch = [
      delivered(before, { group: 'a' }),
      delivered(newerOf(newer), { group: 'a' }),
      delivered(behind, { group: 'a' }),
      delivered(elsewhere, { group: 'b' }),
      delivered('no json', { group: 'a' }),
      delivered(newerOf(twice), { group: 'a' }),
    ];
    const waiting = [1, 2, 4, 5].map((index) => batch[index]?.messageId);
    expect(await consume(ordered, batch, { random: () => 1 })).toEqual(waiting);
    // The head of what waits is hidden; what is hidden longer than its head would hold up the group.
    expect(batch.map(secondsOf)).toEqual([[], [5], [0], [], [0], [0]]);
    expect(await record(behind)).toBeNull();
    expect(queue.published).toEqual([]);
    for (const one of [before, elsewhere]) expect(await effects(one.tenant)).toBe(1);
  });

  test('in an ordered type is not hidden longer than what comes back before it in its group', async () => {
    const fails = handledBy(async () => Promise.reject(new Error('not yet')), { ordered: true });
    const [head, newer] = [delivered(message(), { group: 'c' }), delivered(newerOf(message()), { group: 'c' })];
    expect(await consume(fails, [head, newer])).toEqual([head.messageId, newer.messageId]);
    expect(secondsOf(newer)).toEqual([0]);
  });
});

describe('members of a message that this consumer does not know (protocol: carried-along)', () => {
  const carrying = (fields: Partial<Message> = {}) => message({ carried: { plan: { name: 'gold' } }, ...fields });

  test('reach no handler', async () => {
    const seen: Event[] = [];
    const looks = handledBy(async (event) => void seen.push(event));
    const sent = carrying();
    expect(await consume(looks, [delivered(sent)])).toEqual([]);
    expect(Object.keys(seen[0] ?? {}).toSorted()).toEqual([
      'data',
      'extensions',
      'happenedAt',
      'id',
      'recordedAt',
      'recordedtime',
      'source',
      'time',
      'type',
    ]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', carried: '{"plan":{"name":"gold"}}' });
  });

  test('go along in its letter', async () => {
    const sent = carrying();
    await consume(
      handledBy(async () => Promise.reject(new PermanentError('no'))),
      [delivered(sent)],
    );
    const [letter] = queue.published;
    expect(JSON.parse(letter?.body ?? '')).toMatchObject({ message: { id: sent.id, plan: { name: 'gold' } } });
    await readLetters();
    expect(await failures(sent.tenant)).toMatchObject([{ cause: 'permanent', state: 'open' }]);
  });
});

describe('a record of a higher format than ours', () => {
  test('is left as it is: its event waits for a newer consumer, and no letter is sent', async () => {
    const sent = message();
    const fails = handledBy(async () => Promise.reject(new Error('not yet')));
    await consume(fails, [delivered(sent)]);
    const before = await record(sent);
    expect(before).toMatchObject({ format: 1, attempts: [{ outcome: 'error' }] });
    await world.mongo.events.updateOne({ _id: before?._id ?? '' }, { $set: { format: 2, added: 'x' } });
    const raised = await record(sent);
    for (const definition of [succeeds, fails, handledBy(async () => Promise.reject(new PermanentError('no')))]) {
      for (const receives of [1, 2]) {
        const only = delivered(sent, { receives });
        expect(await consume(definition, [only])).toEqual([only.messageId]);
      }
    }
    expect(await record(sent)).toEqual(raised);
    expect(await effects(sent.tenant)).toBe(0);
    expect(queue.published).toEqual([]);
  });

  test('of an event that is settled says what became of it', async () => {
    const sent = message();
    await consume(succeeds, [delivered(sent)]);
    await world.mongo.events.updateOne({ tenant: sent.tenant }, { $set: { format: 2 } });
    expect(await consume(succeeds, [delivered(sent, { receives: 2 })])).toEqual([]);
  });

  test.each([
    ['closed, of whose letter nobody here can say all', { state: 'failing', lastWord: { cause: 'parked' } }],
    [
      'settled, with projections that nobody here can apply',
      { state: 'succeeded', projected: false, projections: '[]' },
    ],
    ['in a state that nobody here knows', { state: 'parked' }],
  ])('that is %s is left to newer code', async (_, fields) => {
    const sent = message();
    await consume(succeeds, [delivered(sent)]);
    // Newer code has set its own validator up.
    const newer = { bypassDocumentValidation: true };
    await world.mongo.events.updateOne({ tenant: sent.tenant }, { $set: { ...fields, format: 2 } } as object, newer);
    const raised = await record(sent);
    const only = delivered(sent, { receives: 2 });
    expect(await consume(succeeds, [only])).toEqual([only.messageId]);
    expect(await record(sent)).toEqual(raised);
    expect(queue.published).toEqual([]);
  });

  test('that has none is one of ours, from before there were formats', async () => {
    const sent = message();
    await consume(
      handledBy(async () => Promise.reject(new Error('not yet'))),
      [delivered(sent)],
    );
    await world.mongo.events.updateOne({ tenant: sent.tenant }, { $unset: { format: '' } });
    expect(await consume(succeeds, [delivered(sent, { receives: 2 })])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', attempts: [{}, {}] });
  });
});
