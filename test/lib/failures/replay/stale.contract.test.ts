import { randomUUID } from 'node:crypto';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test, vi } from 'vitest';
import { mongoFailures } from '../../../../lib/adapters/mongo/failures.ts';
import { connectSqs, sqsPublisher } from '../../../../lib/adapters/sqs/sqs.ts';
import { catalogueOf } from '../../../../lib/core/catalogue.ts';
import { TransientError } from '../../../../lib/core/errors.ts';
import { decodeMessage, type Message } from '../../../../lib/core/message.ts';
import { queueSuffix } from '../../../../lib/core/names.ts';
import { recordFailures } from '../../../../lib/failures/dead-letter.ts';
import { anySender } from '../../../../lib/failures/senders.ts';
import { publicationOf, queueUrlOf } from '../../../../lib/ingest/publication.ts';
import type { StartMark } from '../../../../lib/ports/records.ts';
import { PermanentError } from '../../../../lib/sdk/errors.ts';
import { ensureQueues } from '../../../../local/engines/sqs/ensure-queues.ts';
import { delivered, handledBy, leavesAnEffect } from '../../../support/consumer-world.ts';
import { fails, replayWorld, succeeds } from '../../../support/replay-world.ts';

const world = await replayWorld();
const { message, consume, record, effects, failures, readLetters, ports, queue } = world;
const { desk, claims, replays, replay, published, failed, failure, runReplays, keyOf, idOf } = world;
const minute = 60_000;
const deadLetterPorts = { failures: mongoFailures(world.mongo), believes: anySender, ...ports };
const B = 'B'.repeat(43);
const flaky = handledBy(async () => Promise.reject(new Error('flaky')));

describe('zombie of replay 0 against replay 1', () => {
  /** A run of replay 0 that goes on while the event fails and is replayed; `end` is how it ends. */
  async function zombie(end: () => Promise<unknown>): Promise<Message> {
    const sent = message();
    const runs = Promise.withResolvers<void>();
    const goesOn = Promise.withResolvers<void>();
    const slow = handledBy(async (event, context) => {
      runs.resolve();
      await goesOn.promise;
      await leavesAnEffect(event, context);
      return end();
    });
    const late = consume(slow, [delivered(sent)]);
    await runs.promise;
    await consume(fails, [delivered(sent, { receives: 2 })]);
    await readLetters();
    await replay(sent);
    goesOn.resolve();
    // It is stale: acknowledged, nothing written.
    expect(await late).toEqual([]);
    const stored = await record(sent);
    expect(stored).toMatchObject({ state: 'retrying', replay: 1, attempts: [] });
    for (const trace of ['lastWord', 'returns', 'starts']) expect(stored).not.toHaveProperty(trace);
    expect(await effects(sent.tenant)).toBe(0);
    expect(queue.published).toEqual([]);
    return sent;
  }

  test('a late success changes nothing, and the replay has the one effect', async () => {
    const sent = await zombie(async () => 'late');
    expect(await runReplays(succeeds)).toEqual([]);
    expect(await effects(sent.tenant)).toBe(1);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', replay: 1 });
  });

  test('a late error is no attempt of the replay', async () => {
    const sent = await zombie(() => Promise.reject(new Error('late')));
    expect(await runReplays(succeeds)).toEqual([]);
    expect(await failure(sent)).toMatchObject({ state: 'replayed', replay: 1 });
  });

  test('a late permanent error sends no letter, and a late conflict of writers counts no return', async () => {
    for (const error of [new PermanentError('late'), new TransientError('late')]) {
      const sent = await zombie(() => Promise.reject(error));
      expect(await runReplays(succeeds)).toEqual([]);
      expect(await record(sent)).toMatchObject({ state: 'succeeded', replay: 1 });
    }
  });

  test('a start mark that is written late is refused', async () => {
    const sent = message();
    await consume(flaky, [delivered(sent)]);
    const read = await ports.records.find([keyOf(sent)]);
    await consume(fails, [delivered(sent, { receives: 2 })]);
    await readLetters();
    await replay(sent);
    const before = await record(sent);
    const finds = [read];
    const find: typeof ports.records.find = async (keys) => finds.pop() ?? ports.records.find(keys);
    const late = [delivered(sent, { receives: 3 })];
    expect(await consume(succeeds, late, { records: { ...ports.records, find } })).toEqual([]);
    expect(await record(sent)).toEqual(before);
    published();
  });

  test('a replay of which the record knows nothing comes back', async () => {
    const sent = message();
    await consume(succeeds, [delivered(sent)]);
    const before = await record(sent);
    const early = delivered({ ...sent, replay: 1 });
    expect(await consume(succeeds, [early])).toEqual([early.messageId]);
    expect(await record(sent)).toEqual(before);
  });

  test('a late letter of replay 0 neither fails the replay nor opens its failure', async () => {
    const sent = message();
    await consume(fails, [delivered(sent)]);
    const [letter] = queue.published;
    const copy = delivered(letter?.body ?? '');
    await readLetters();
    await replay(sent);
    const before = [await record(sent), await failure(sent)];
    expect(await recordFailures([copy], deadLetterPorts)).toEqual({ batchItemFailures: [] });
    expect([await record(sent), await failure(sent)]).toEqual(before);
    await runReplays(succeeds);
    await recordFailures([copy], deadLetterPorts);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', replay: 1 });
    expect(await failure(sent)).toMatchObject({ state: 'replayed' });
  });

  test('a copy of a replay that has failed again does not run beside the next one', async () => {
    const sent = await failed();
    await replay(sent);
    const [first = sent] = published();
    await consume(fails, [delivered(first)]);
    await readLetters();
    await replay(sent);
    expect(await consume(succeeds, [delivered(first, { receives: 2 })])).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'retrying', replay: 2 });
    expect(await runReplays(succeeds)).toEqual([]);
    expect(await effects(sent.tenant)).toBe(1);
  });
});

describe('two payloads under one id', () => {
  test('do not hide each other: both fail, each in a failure of its own (protocol: failure-per-payload)', async () => {
    const first = await failed();
    await failed({ ...first, data: { name: 'other' }, fingerprint: B });
    expect((await failures(first.tenant)).map(({ cause }) => cause).toSorted()).toEqual(['id-reused', 'permanent']);
    expect(await replay(first)).toMatchObject({ cause: 'permanent', state: 'replaying' });
    await runReplays(succeeds);
    expect(await failure({ ...first, fingerprint: B })).toMatchObject({ cause: 'id-reused', state: 'open' });
  });

  test('the other one, coming while the first is in replay 1, is a failure and not stale: the fingerprint is read first (protocol: read-afterwards)', async () => {
    const first = await failed();
    await replay(first);
    const second = { ...first, data: { name: 'other' }, fingerprint: B };
    expect(await consume(succeeds, [delivered(second)])).toEqual([]);
    await readLetters();
    expect(await failure(second)).toMatchObject({ cause: 'id-reused', state: 'open' });
    expect(await record(first)).toMatchObject({ state: 'retrying', replay: 1, fingerprint: first.fingerprint });
  });

  test('the letter of the other one, whatever its cause, leaves a record in replay alone (protocol: letters-compare-fingerprints)', async () => {
    const first = await failed();
    await replay(first);
    const second = { ...first, fingerprint: B };
    await recordFailures([delivered(second)], deadLetterPorts);
    expect(await failure(second)).toMatchObject({ cause: 'id-reused' });
    expect(await record(first)).toMatchObject({ state: 'retrying', replay: 1 });
    await runReplays(succeeds);
    expect(await failure(first)).toMatchObject({ state: 'replayed' });
  });

  test('an id that was forgotten and fails anew opens the failure of that payload anew', async () => {
    const first = await failed();
    await replay(first);
    await runReplays(succeeds);
    await world.mongo.events.deleteOne({ _id: keyOf(first) });
    await failed(first);
    expect(await failure(first)).toMatchObject({ state: 'open', replay: 0, attempts: { length: 1 } });
    expect(await failure(first)).not.toHaveProperty('expireAt');
    expect(await replay(first)).toMatchObject({ state: 'replaying', replay: 1 });
    published();
  });
});

describe('what Redis knows', () => {
  const known = async (sent: Message) => (await ports.results.read(keyOf(sent)))?.outcome;

  test('outcome and settled event go before the message is published, the claim stays', async () => {
    const sent = await failed();
    const { fingerprint, type, time, recordedtime } = sent;
    const claim = { owner: 'o'.repeat(22), confirmed: true, fingerprint, type, time, recordedtime };
    await claims.confirm([{ key: keyOf(sent), claim }]);
    expect(await known(sent)).toMatchObject({ outcome: 'failed', replay: 0 });
    let seen: unknown = 'nothing';
    const publisher: typeof replays = {
      ...replays,
      publish: async (publications, deadline) => {
        seen = await known(sent);
        return replays.publish(publications, deadline);
      },
    };
    await replay(sent, {}, { publisher });
    expect(seen).toBeUndefined();
    expect(await claims.read(keyOf(sent))).toMatchObject({ confirmed: true });
    await runReplays(succeeds);
    expect(await known(sent)).toMatchObject({ outcome: 'succeeded', replay: 1 });
  });

  test('a slow dead-letter function puts no `failed` of replay 0 over `succeeded` of replay 1 (protocol: newest-replay-tells)', async () => {
    const sent = message();
    await consume(fails, [delivered(sent)]);
    const tells = Promise.withResolvers<void>();
    const goesOn = Promise.withResolvers<void>();
    const results: typeof ports.results = {
      ...ports.results,
      tell: async (...args) => {
        tells.resolve();
        await goesOn.promise;
        return ports.results.tell(...args);
      },
    };
    const slow = recordFailures(
      queue.published.splice(0).map(({ body }) => delivered(body)),
      { ...deadLetterPorts, results },
    );
    await tells.promise;
    await replay(sent);
    await runReplays(succeeds);
    goesOn.resolve();
    expect(await slow).toEqual({ batchItemFailures: [] });
    expect(await known(sent)).toMatchObject({ outcome: 'succeeded', replay: 1 });
  });

  test('a desk that is slow to forget takes away only what is older than its replay (protocol: newest-replay-tells)', async () => {
    const sent = await failed();
    await replay(sent);
    await runReplays(succeeds);
    await desk.outcomes.forget(keyOf(sent), 1);
    expect(await known(sent)).toMatchObject({ outcome: 'succeeded', replay: 1 });
    await desk.outcomes.forget(keyOf(sent), 2);
    expect(await known(sent)).toBeUndefined();
  });
});

describe('a replay that was not seen', () => {
  test('for 60 s may be asked again and publishes the same n; before that it may not (protocol: replay-moves-the-record)', async () => {
    const sent = await failed();
    await replay(sent);
    const [first] = published();
    desk.clock.advance(minute - 1500);
    await expect(replay(sent)).rejects.toMatchObject({
      code: 'replay-under-way',
      retryAfter: 2,
      problem: { retryable: true },
    });
    desk.clock.advance(1500);
    expect(await replay(sent)).toMatchObject({ state: 'replaying', replay: 1 });
    expect(published()).toEqual([first]);
    await expect(replay(sent)).rejects.toMatchObject({ code: 'replay-under-way', retryAfter: 60 });
    const copies = [delivered(first ?? sent), delivered(first ?? sent)];
    await Promise.all(copies.map((copy) => consume(succeeds, [copy])));
    expect(await effects(sent.tenant)).toBe(1);
  });

  for (const outcome of ['refused', 'unanswered', 'unsent'] as const) {
    test(`because SQS answered nothing good (${outcome}) is written: 503, and again after 60 s (protocol: replay-moves-the-record)`, async () => {
      const sent = await failed();
      replays.answers.push(outcome);
      await expect(replay(sent)).rejects.toMatchObject({
        code: 'queue-unavailable',
        retryAfter: 60,
        problem: { status: 503, id: idOf(sent), state: 'replaying' },
      });
      expect(await record(sent)).toMatchObject({ state: 'retrying', replay: 1 });
      published();
      desk.clock.advance(minute);
      await replay(sent);
      expect(await runReplays(succeeds)).toEqual([]);
      expect(await failure(sent)).toMatchObject({ state: 'replayed' });
    });
  }

  test('because the desk died between writing and publishing is found and asked for again (protocol: unseen-for-a-minute)', async () => {
    const sent = await failed();
    const publisher = { publish: () => Promise.reject(new Error('killed')) };
    await expect(replay(sent, {}, { publisher })).rejects.toThrow('killed');
    desk.clock.advance(minute);
    await replay(sent);
    expect(await runReplays(succeeds)).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded', replay: 1 });
  });

  const traces: [string, (sent: Message) => Promise<unknown>][] = [
    [
      'an attempt',
      (sent) => ports.records.recordAttempt(keyOf(sent), sent, { at: sent.time, outcome: 'error' }, new Date(), {}),
    ],
    ['a start mark', (sent) => ports.records.mark([startMark(sent)])],
    ['a return', (sent) => ports.records.countReturn(keyOf(sent), sent, undefined)],
    [
      'a return that a handler asked for',
      (sent) => ports.records.recordReturn(keyOf(sent), sent, { dueAt: new Date(), dueFor: 'closed' }, {}),
    ],
    ['a letter on its way', (sent) => consume(fails, [delivered(sent)])],
  ];
  for (const [trace, leave] of traces) {
    test(`any more, because ${trace} of it stands in the record, is under way`, async () => {
      const sent = await failed();
      await replay(sent);
      const [again = sent] = published();
      await leave(again);
      desk.clock.advance(10 * minute);
      await expect(replay(sent)).rejects.toMatchObject({ code: 'replay-under-way' });
      expect(published()).toEqual([]);
      await readLetters();
    });
  }

  const startMark = (sent: Message): StartMark => {
    const fields = { run: randomUUID(), at: new Date(), alone: true, died: [], crashes: [], suspect: false };
    return { key: keyOf(sent), message: sent, ...fields };
  };
});

const credentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

test('deduplication id swallowing a replay: a FIFO queue hands out the event and its replay within five minutes', async () => {
  const ordered = handledBy(leavesAnEffect, { ordered: true });
  const catalogue = catalogueOf([ordered]);
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
  const client = connectSqs({ endpoint: world.sqsEndpoint, timeoutMs: 60_000 });
  const prefix = `${world.sqsEndpoint}/000000000000/replay-`;
  const name = `replay-${queueSuffix(ordered.type, true)}`;
  await ensureQueues(client, [{ name, attributes: { FifoQueue: 'true', VisibilityTimeout: '30' } }]);
  const publisher = sqsPublisher(client);
  const sent = await failed();
  const [entry] = catalogue.entries;
  if (!entry) throw new Error('a catalogue of one type has one entry');
  const deadline = Date.now() + 60_000;
  const publication = publicationOf(keyOf(sent), sent, entry, queueUrlOf(entry, prefix));
  expect(await publisher.publish([publication], deadline)).toEqual(['sent']);
  await replay(sent, {}, { catalogue, publisher, queueUrlPrefix: prefix });
  const QueueUrl = prefix + queueSuffix(ordered.type, true);
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  expect(Messages.map(({ Body = '' }) => decodeMessage(Body).replay)).toEqual([0, 1]);
  client.destroy();
  vi.unstubAllEnvs();
});
