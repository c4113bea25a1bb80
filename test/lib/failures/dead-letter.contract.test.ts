import { describe, expect, test } from 'vitest';
import { mongoFailures } from '../../../lib/adapters/mongo/failures.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import { undecodableId } from '../../../lib/core/failure-id.ts';
import { encodeLetter } from '../../../lib/core/letter.ts';
import { encodeMessage, MAX_MESSAGE_BYTES, type Message } from '../../../lib/core/message.ts';
import { recordFailures } from '../../../lib/failures/dead-letter.ts';
import { anySender, sendersOf } from '../../../lib/failures/senders.ts';
import { PermanentError } from '../../../lib/sdk/errors.ts';
import { consumerWorld, delivered, handledBy, leavesAnEffect } from '../../support/consumer-world.ts';
import { memoryMetrics } from '../../support/memory-metrics.ts';

const world = await consumerWorld();
const { message, consume, record, failures, readLetters, queue, ports } = world;
const deadLetterPorts = {
  failures: mongoFailures(world.mongo),
  results: ports.results,
  believes: anySender,
  clock: ports.clock,
  log: ports.log,
  metrics: ports.metrics,
};
const fails = handledBy(async () => Promise.reject(new PermanentError('no good', { code: 'no-good' })));

describe('the dead-letter function', () => {
  test('an event within a byte of the limit of SQS fails with its reason: the letter goes bare, its record knows why (protocol: bare-letter)', async () => {
    const small = message({ data: { name: '' } });
    const full = { ...small, data: { name: 'x'.repeat(MAX_MESSAGE_BYTES - Buffer.byteLength(encodeMessage(small))) } };
    expect(await consume(fails, [delivered(full)])).toEqual([]);
    expect(Buffer.byteLength(queue.published[0]?.body ?? '')).toBe(MAX_MESSAGE_BYTES);
    await readLetters();
    expect(await failures(full.tenant)).toMatchObject([
      { cause: 'permanent', code: 'no-good', attempts: [{ outcome: 'error' }] },
    ]);
    expect(await record(full)).toMatchObject({ state: 'failed', failure: { cause: 'permanent' } });
  });

  test('a message that SQS itself gave up, of which nothing is known, is a failure that can be found', async () => {
    const sent = message();
    await recordFailures([delivered(sent)], deadLetterPorts);
    expect(await failures(sent.tenant)).toMatchObject([
      { cause: 'attempts-exhausted', code: 'receives-exhausted', attempts: [] },
    ]);
    expect(await record(sent)).toMatchObject({ state: 'failed', data: JSON.stringify(sent.data) });
  });

  test('a letter that comes again changes nothing, in one batch or later', async () => {
    const sent = message();
    await consume(fails, [delivered(sent)]);
    const [letter] = queue.published.splice(0);
    const body = letter?.body ?? '';
    expect(await recordFailures([delivered(body), delivered(body)], deadLetterPorts)).toEqual({
      batchItemFailures: [],
    });
    const first = await failures(sent.tenant);
    const before = await record(sent);
    await recordFailures([delivered(body)], deadLetterPorts);
    expect(await failures(sent.tenant)).toEqual(first);
    expect(first).toHaveLength(1);
    expect(await record(sent)).toEqual(before);
  });

  test('a letter of an event that has succeeded since changes nothing and leaves no failure (protocol: failure-and-record)', async () => {
    const sent = message();
    await consume(handledBy(leavesAnEffect), [delivered(sent)]);
    const before = await record(sent);
    await recordFailures([delivered(sent)], deadLetterPorts);
    expect(await record(sent)).toEqual(before);
    expect(await failures(sent.tenant)).toEqual([]);
  });

  test('a record of a failed event does not expire while its failure is open', async () => {
    const sent = message();
    await consume(fails, [delivered(sent)]);
    await readLetters();
    expect(await record(sent)).not.toHaveProperty('expireAt');
    expect((await failures(sent.tenant))[0]).not.toHaveProperty('expireAt');
  });

  test('while MongoDB is down letters stay in their queue, and their neighbours too', async () => {
    let asked = 0;
    const down = {
      record: async () => {
        asked++;
        throw new DependencyError('mongodb', 'no primary');
      },
    };
    const letters = [delivered(message()), delivered('nonsense'), delivered(message())];
    const answer = await recordFailures(letters, { ...deadLetterPorts, failures: down });
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(
      letters.map(({ messageId }) => messageId),
    );
    expect(asked).toBe(1);
  });

  test('while Redis is down the failure is recorded and the letter comes back to tell the waiters', async () => {
    const sent = message();
    const results = { ...ports.results, tell: async () => Promise.reject(new DependencyError('redis', 'gone')) };
    const letter = delivered(sent);
    expect((await recordFailures([letter], { ...deadLetterPorts, results })).batchItemFailures).toHaveLength(1);
    expect(await record(sent)).toMatchObject({ state: 'failed' });
    expect((await recordFailures([letter], deadLetterPorts)).batchItemFailures).toEqual([]);
    expect(await ports.results.read(eventKey(sent.tenant, sent.source, sent.id))).toMatchObject({
      outcome: { outcome: 'failed' },
    });
  });

  test('while Redis is down no letter is in the way of others, and nobody waits for it again (protocol: redis-is-speed)', async () => {
    const tenant = `t-many-${world.run}`;
    const sent = [1, 2, 3].map(() => message({ tenant }));
    let asked = 0;
    const tell = async () => {
      asked++;
      throw new DependencyError('redis', 'gone');
    };
    const letters = sent.map((one) => delivered(one));
    const { batchItemFailures } = await recordFailures(letters, { ...deadLetterPorts, results: { tell } });
    expect(batchItemFailures).toHaveLength(3);
    expect(await failures(tenant)).toHaveLength(3);
    expect(asked).toBe(1);
  });

  test.each<[string, () => Promise<string | Message>]>([
    ['of an event that failed', async () => message()],
    [
      'of another payload',
      async () => {
        const sent = message();
        await consume(handledBy(leavesAnEffect), [delivered(sent)]);
        return { ...sent, fingerprint: 'B'.repeat(43) };
      },
    ],
    ['that nobody can read', async () => `nothing of ours: ${world.run}`],
  ])('a failure %s is counted once, however often its letter comes', async (_, make) => {
    const letter = delivered(await make());
    const metrics = memoryMetrics();
    const said: string[] = [];
    const named: boolean[] = [];
    const say = (text: string, line: Record<string, unknown> = {}): void => {
      said.push(text);
      named.push('event_id' in line || 'failure' in line);
    };
    const watched = { ...deadLetterPorts, metrics, log: { debug: say, info: say, warn: say, error: say } };
    const tell = async () => Promise.reject(new DependencyError('redis', 'gone'));
    await recordFailures([letter], { ...watched, results: { tell } });
    await recordFailures([letter, letter], watched);
    expect(Object.values(metrics.values())).toEqual([[1]]);
    expect(said.filter((text) => text === 'failure recorded')).toHaveLength(1);
    expect(said.filter((text) => text === 'a letter changes nothing')).toHaveLength(2);
    // Each line says whose it is.
    expect(named).not.toContain(false);
  });

  test('ten letters of one event at once leave one failure', async () => {
    const sent = message();
    await consume(fails, [delivered(sent)]);
    const body = queue.published.splice(0)[0]?.body ?? '';
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => recordFailures([delivered(body)], deadLetterPorts)),
    );
    // Those whose transactions met may come back; none is lost.
    expect(answers.some(({ batchItemFailures }) => batchItemFailures.length === 0)).toBe(true);
    expect(await failures(sent.tenant)).toHaveLength(1);
    expect(await record(sent)).toMatchObject({ state: 'failed' });
  });

  test('a letter of newer code, or of a newer message, comes back and is no failure; its neighbour is', async () => {
    const [sent, bare, wrapped, letter] = [message(), message(), message(), message()];
    const newer = { version: 2 };
    const lastWord = { cause: 'permanent', code: 'no', message: 'no', group: 'g' };
    const waiting = [
      delivered(JSON.stringify({ ...bare, ...newer })),
      delivered(JSON.stringify({ letter: 1, message: { ...wrapped, ...newer }, lastWord, attempts: [] })),
      delivered(JSON.stringify({ letter: 2, message: letter, because: lastWord })),
    ];
    const lines: unknown[] = [];
    const log = { ...ports.log, warn: (text: string, details = {}) => void lines.push([text, details]) };
    const before = await world.mongo.failures.countDocuments();
    const answer = await recordFailures([...waiting, delivered(sent)], { ...deadLetterPorts, log });
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(
      waiting.map(({ messageId }) => messageId),
    );
    expect(await failures(sent.tenant)).toHaveLength(1);
    expect(await world.mongo.failures.countDocuments()).toBe(before + 1);
    for (const one of [bare, wrapped, letter]) expect(await record(one)).toBeNull();
    expect(lines).toContainEqual(['letters wait for newer code', { letters: 3 }]);
    expect(lines).toHaveLength(2);
  });

  test('a letter of newer code becomes undecodable a day before it would die of age (protocol: waiting-ends)', async () => {
    const body = JSON.stringify({ ...message(), version: 2 });
    const aged = (days: number) => [delivered(body, { sent: Date.now() - days * 86_400_000 })];
    expect((await recordFailures(aged(12.9), deadLetterPorts)).batchItemFailures).toHaveLength(1);
    const undecodable = () => world.mongo.failures.findOne({ body });
    expect(await undecodable()).toBeNull();
    expect((await recordFailures(aged(13.1), deadLetterPorts)).batchItemFailures).toEqual([]);
    expect(await undecodable()).toMatchObject({
      cause: 'undecodable',
      code: 'newer-format',
      tenant: null,
      state: 'open',
    });
  });

  test('a letter waits for newer code where that wrote the record or the failure, and changes neither', async () => {
    const [one, other] = [message(), message()];
    await consume(fails, [delivered(one), delivered(other)]);
    const letters = queue.published.splice(0).map(({ body }) => delivered(body));
    await world.mongo.events.updateOne({ tenant: one.tenant }, { $set: { format: 2 } });
    const raised = await record(one);
    expect((await recordFailures(letters, deadLetterPorts)).batchItemFailures).toHaveLength(1);
    expect(await record(one)).toEqual(raised);
    expect(await failures(one.tenant)).toEqual([]);
    const parked = { $set: { state: 'parked' } } as object;
    await world.mongo.events.updateOne({ tenant: one.tenant }, parked, { bypassDocumentValidation: true });
    expect((await recordFailures(letters, deadLetterPorts)).batchItemFailures).toHaveLength(1);
    const [failure] = await failures(other.tenant);
    expect(failure).toMatchObject({ format: 1 });
    await world.mongo.failures.updateOne({ tenant: other.tenant }, { $set: { format: 2 } });
    await world.mongo.events.updateOne({ tenant: other.tenant }, { $set: { state: 'failing' } });
    expect((await recordFailures(letters, deadLetterPorts)).batchItemFailures).toHaveLength(2);
    expect(await record(other)).toMatchObject({ state: 'failing' });
    expect(await failures(other.tenant)).toEqual([{ ...failure, format: 2 }]);
  });
});

describe('whose letters are believed (protocol: letters-by-sender)', () => {
  const ports = { ...deadLetterPorts, believes: sendersOf('sluice-prod-') };
  const sentBy = (consumer: string, body: string) => {
    const one = delivered(body);
    return { ...one, attributes: { ...one.attributes, SenderId: `AROAX:sluice-prod-${consumer}` } };
  };
  const nobodys = (body: string) => world.mongo.failures.findOne({ _id: undecodableId(body) });

  test('those of the consumer of their type', async () => {
    const sent = message();
    await consume(fails, [delivered(sent)]);
    const [letter] = queue.published.splice(0);
    await recordFailures([sentBy('onTestHappened', letter?.body ?? '')], ports);
    expect(await failures(sent.tenant)).toMatchObject([{ code: 'no-good' }]);
    expect(await record(sent)).toMatchObject({ state: 'failed' });
  });

  test('of another consumer none ends an event, bare or with a reason: it is a failure of nobody’s, with its body', async () => {
    const lines: unknown[] = [];
    const log = { ...ports.log, warn: (text: string, details = {}) => void lines.push({ text, ...details }) };
    const living = message();
    await consume(
      handledBy(async () => Promise.reject(new Error('not yet'))),
      [delivered(living)],
    );
    const lastWord = { cause: 'permanent', code: 'no', message: 'no', group: 'g' } as const;
    for (const body of [encodeMessage(living), encodeLetter({ message: living, lastWord, attempts: [] })]) {
      const letter = sentBy('onTestHappenedLate', body);
      expect(await recordFailures([letter], { ...ports, log })).toEqual({ batchItemFailures: [] });
      expect(await nobodys(body)).toMatchObject({ tenant: null, cause: 'undecodable', code: 'strange-sender', body });
      expect(lines.at(-1)).toMatchObject({ code: 'strange-sender', sender: letter.attributes.SenderId });
    }
    expect(await failures(living.tenant)).toEqual([]);
    expect(await record(living)).toMatchObject({ state: 'retrying' });
  });

  test('a letter that its own consumer sent about an event of another type ends neither, whatever fingerprint it copied', async () => {
    const living = message();
    await consume(
      handledBy(async () => Promise.reject(new Error('not yet'))),
      [delivered(living)],
    );
    const body = encodeMessage({ ...living, type: 'test.happened.late' });
    await recordFailures([sentBy('onTestHappenedLate', body)], ports);
    expect(await nobodys(body)).toMatchObject({ code: 'strange-sender' });
    expect(await failures(living.tenant)).toEqual([]);
    expect(await record(living)).toMatchObject({ state: 'retrying' });
  });
});
