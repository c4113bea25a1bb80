import { describe, expect, test } from 'vitest';
import type { ConsumePorts } from '../../../lib/consume/ports.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import type { Message } from '../../../lib/core/message.ts';
import type { SqsRecord } from '../../../lib/core/sqs-batch.ts';
import { consumerWorld, delivered, handledBy, leavesAnEffect } from '../../support/consumer-world.ts';

const world = await consumerWorld();
const { message, consume, record, effects, failures, readLetters, queue, ports } = world;
/** A tenant of this run: engines may be shared with other runs. */
const own = (name: string) => `${name}-${world.run}`;
const keyOf = ({ tenant, source, id }: Message) => eventKey(tenant, source, id);
/** Later than every start mark may be believed to belong to a living run. */
const afterHours = (hours: number) => ({ ...ports.clock, now: () => Date.now() + hours * 3_600_000 });
const later = afterHours(1);

/** What a run leaves behind that died, or still goes on. */
const leaveMark = (of: Message, run: string, alone: boolean) =>
  ports.records.mark([
    { key: keyOf(of), message: of, run, at: new Date(), alone, died: [], crashes: [], suspect: false },
  ]);

/** A process that dies in the handler: from then on nothing of it reaches a server, and its run never goes on. */
async function dies(records: readonly SqsRecord[], other: Partial<ConsumePorts> = {}): Promise<void> {
  const died = Promise.withResolvers<void>();
  let dead = false;
  const killer = handledBy(async (event, context) => {
    if (event.data.name !== 'killer') return leavesAnEffect(event, context);
    dead = true;
    died.resolve();
    return new Promise(() => undefined);
  });
  const cut = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name, receiver) =>
        dead ? () => new Promise(() => undefined) : Reflect.get(target, name, receiver),
    });
  const { records: store, results, queue: control, publisher } = ports;
  void consume(killer, records, {
    records: cut(store),
    results: cut(results),
    queue: cut(control),
    publisher: cut(publisher),
    ...other,
  });
  await died.promise;
}

const succeeds = handledBy(leavesAnEffect);

describe('a process killer', () => {
  test('process killer among nine neighbours: they are delayed at most twice, and it ends as crashed', async () => {
    const killer = message({ tenant: own('killer'), data: { name: 'killer' } });
    const neighbours = Array.from({ length: 9 }, () => message({ tenant: own('killer') }));
    const all = [killer, ...neighbours];
    const batch = (receives: number) => all.map((one) => delivered(one, { receives }));
    await dies(batch(1));
    await dies(batch(2));
    // Third delivery: the suspect is known; it runs alone, the others are visible again before it runs.
    queue.visibility.length = 0;
    await dies(batch(3), { clock: afterHours(1) });
    expect(queue.visibility.filter(({ seconds }) => seconds <= 1)).toHaveLength(9);
    for (const hours of [2, 3]) await dies([delivered(killer, { receives: 2 + hours })], { clock: afterHours(hours) });
    expect(await consume(succeeds, [delivered(killer, { receives: 6 })], { clock: afterHours(4) })).toEqual([]);
    await readLetters();
    expect(await failures(own('killer'))).toMatchObject([
      { cause: 'crashed', attempts: [{ outcome: 'crashed' }, { outcome: 'crashed' }, { outcome: 'crashed' }] },
    ]);
    // Suspects by their company only: each runs alone, the others are back at once.
    let open = neighbours.map((one) => delivered(one, { receives: 4 }));
    for (let round = 0; open.length > 0 && round < 9; round++) {
      const back = await consume(succeeds, open, { clock: afterHours(5) });
      open = open.filter(({ messageId }) => back.includes(messageId));
    }
    expect(await effects(own('killer'))).toBe(9);
  });

  test('a mark left by a run with others makes a suspect, never an attempt (protocol: only-alone-is-a-crash)', async () => {
    const [one, two] = [message(), message()];
    for (const sent of [one, two]) await leaveMark(sent, 'dead', false);
    await consume(
      handledBy(async () => Promise.reject(new Error('own fault'))),
      [delivered(one, { receives: 3 })],
      { clock: later },
    );
    expect((await record(one))?.attempts).toMatchObject([{ outcome: 'error' }]);
  });

  test('nor the last attempt: an innocent neighbour of a process killer still runs where one attempt is all (protocol: only-alone-is-a-crash)', async () => {
    const sent = message();
    await leaveMark(sent, 'dead', false);
    const once = handledBy(leavesAnEffect, { retry: { attempts: 1 } });
    expect(await consume(once, [delivered(sent, { receives: 3 })], { clock: later })).toEqual([]);
    expect(await record(sent)).toMatchObject({ state: 'succeeded' });
  });

  test('a run that died alone is an attempt, counted once however often it is read (protocol: start-marks, only-alone-is-a-crash)', async () => {
    const sent = message();
    await leaveMark(sent, 'dead', true);
    const fails = handledBy(async () => Promise.reject(new Error('own fault')));
    await Promise.all([
      consume(fails, [delivered(sent, { receives: 3 })], { clock: later }),
      consume(fails, [delivered(sent, { receives: 4 })], { clock: later }),
    ]);
    expect((await record(sent))?.attempts.filter(({ outcome }) => outcome === 'crashed')).toHaveLength(1);
  });

  test('what was delivered before is read in one find and marked in one write, however many they are (protocol: start-marks)', async () => {
    const calls: string[] = [];
    const records = new Proxy(ports.records, {
      get: (target, name, receiver) => {
        calls.push(String(name));
        return Reflect.get(target, name, receiver);
      },
    });
    const batch = Array.from({ length: 10 }, () => delivered(message(), { receives: 2 }));
    const writesNothing = handledBy(async () => 'done');
    expect(await consume(writesNothing, [...batch, delivered(message())], { records })).toEqual([]);
    expect(calls.filter((name) => name !== 'begin')).toEqual(['find', 'mark']);
  });

  test("a mark younger than the function's timeout belongs to a living run (protocol: young-marks-live)", async () => {
    const sent = message();
    await leaveMark(sent, 'alive', true);
    await consume(
      handledBy(async () => Promise.reject(new Error('own fault'))),
      [delivered(sent, { receives: 2 })],
    );
    expect((await record(sent))?.attempts).toMatchObject([{ outcome: 'error' }]);
  });

  test('a suspect does not run while SQS has not confirmed that the others are visible (protocol: neighbours-first)', async () => {
    const [suspect, other] = [message(), message()];
    await leaveMark(suspect, 'dead', false);
    queue.visibilityRefused = true;
    const batch = [suspect, other].map((one) => delivered(one, { receives: 2 }));
    expect(await consume(succeeds, batch, { clock: later })).toEqual(batch.map(({ messageId }) => messageId));
    queue.visibilityRefused = false;
    expect(await effects(suspect.tenant)).toBe(0);
  });
});

describe('infrastructure', () => {
  const mongoDown = { mongodb: async () => false, redis: async () => true };
  const lost = handledBy(async () => Promise.reject(new DependencyError('mongodb', 'no primary')));

  test('an outage consumes no attempt and leaves no start mark (protocol: no-attempt-for-an-outage)', async () => {
    const sent = message();
    await consume(lost, [delivered(sent, { receives: 2 })], { ping: mongoDown });
    expect(await record(sent)).toMatchObject({ attempts: [] });
    expect((await record(sent))?.starts ?? {}).toEqual({});
  });

  test('an outage is noted for whoever asks for the event, and the answer does without Redis (protocol: says-why-it-waits)', async () => {
    const sent = message();
    const now = Date.now();
    const outage = { ping: mongoDown, clock: { ...ports.clock, now: () => now }, random: () => 1 };
    await consume(lost, [delivered(sent, { receives: 3 })], outage);
    expect(await ports.results.readWait(keyOf(sent))).toEqual({
      why: 'outage',
      at: new Date(now + 20_000).toISOString(),
    });
    const noteWaits = async () => Promise.reject(new DependencyError('redis', 'silent'));
    const other = delivered(message());
    const results = { ...ports.results, noteWaits };
    expect(await consume(lost, [other], { ...outage, results })).toEqual([other.messageId]);
  });

  test('where MongoDB is what is down the mark is declared void in Redis, and the next reader counts nothing (protocol: withdrawn-marks)', async () => {
    const sent = message();
    const records = {
      ...ports.records,
      withdraw: async () => Promise.reject(new DependencyError('mongodb', 'no primary')),
    };
    await consume(lost, [delivered(sent, { receives: 2 })], { ping: mongoDown, records });
    expect(Object.keys((await record(sent))?.starts ?? {})).toHaveLength(1);
    await consume(
      handledBy(async () => Promise.reject(new Error('own fault'))),
      [delivered(sent, { receives: 3 })],
      { clock: later },
    );
    const after = await record(sent);
    expect(after?.attempts).toMatchObject([{ outcome: 'error' }]);
    expect(after?.suspect).toBeUndefined();
    expect(after?.starts ?? {}).toEqual({});
  });

  test('a mark whose answer did not come may be written behind its withdrawal: it counts for nothing (protocol: withdrawn-marks)', async () => {
    const sent = message();
    await consume(lost, [delivered(sent)]);
    const late: (() => Promise<unknown>)[] = [];
    const records: ConsumePorts['records'] = {
      ...ports.records,
      mark: async (marks) => {
        late.push(() => ports.records.mark(marks));
        throw new DependencyError('mongodb', 'no answer');
      },
    };
    await consume(succeeds, [delivered(sent, { receives: 2 })], { ping: mongoDown, records });
    for (const write of late) await write();
    expect(Object.keys((await record(sent))?.starts ?? {})).toHaveLength(1);
    const fails = handledBy(async () => Promise.reject(new Error('own fault')));
    await consume(fails, [delivered(sent, { receives: 3 })], { clock: later });
    expect((await record(sent))?.attempts.map(({ outcome }) => outcome)).toEqual(['error', 'error']);
  });

  test('a void mark makes no suspect: its event runs with the others (protocol: withdrawn-marks)', async () => {
    const [sent, other] = [message(), message()];
    await leaveMark(sent, 'gone', true);
    await ports.results.voidMarks([{ key: keyOf(sent), run: 'gone' }]);
    const batch = [sent, other].map((one) => delivered(one, { receives: 2 }));
    expect(await consume(succeeds, batch, { clock: later })).toEqual([]);
  });

  test('slow query that looks like an outage: a dependency that answers its ping makes it an attempt (protocol: no-attempt-for-an-outage)', async () => {
    const sent = message();
    await consume(lost, [delivered(sent)]);
    expect(await record(sent)).toMatchObject({
      attempts: [{ outcome: 'error', error: { code: 'mongodb-unavailable' } }],
    });
  });

  test('outage longer than visibility: the longest waits double from 5 s and end at 20 minutes', async () => {
    const waits: number[] = [];
    for (const receives of [1, 2, 3, 4, 50]) {
      await consume(lost, [delivered(message(), { receives })], { ping: mongoDown, random: () => 1 });
      waits.push(queue.visibility.at(-1)?.seconds ?? 0);
    }
    expect(waits).toEqual([5, 10, 20, 40, 1200]);
  });

  test('the rest of the batch is returned, and the next batch begins with one probe (protocol: breaker)', async () => {
    const { createConsumer } = await import('../../../lib/consume/consume.ts');
    let down = true;
    const ran: string[] = [];
    const definition = handledBy(async ({ id }) => {
      ran.push(id);
      if (down) throw new DependencyError('mongodb', 'no primary');
    });
    const consumer = createConsumer(
      { definition, schemaHash: message().schema, queueUrl: 'q', deadLetterUrl: 'd', runsAtOnce: 1 },
      { ...ports, ping: { ...mongoDown, mongodb: async () => !down } },
    );
    const batch = () => Array.from({ length: 4 }, () => delivered(message()));
    expect((await consumer(batch(), () => 60_000)).batchItemFailures).toHaveLength(4);
    expect(ran).toHaveLength(1);
    expect((await consumer(batch(), () => 60_000)).batchItemFailures).toHaveLength(4);
    expect(ran).toHaveLength(2);
    down = false;
    expect((await consumer(batch(), () => 60_000)).batchItemFailures).toHaveLength(0);
    expect(ran).toHaveLength(6);
  });
});

describe('an ordered type', () => {
  const group = 'group';
  const failsFirst = (name: string) =>
    handledBy(
      async (event, context) => {
        if (event.data.name === name) throw new Error('not yet');
        return leavesAnEffect(event, context);
      },
      { ordered: true },
    );

  test('follower hidden longer than its head: the head gets the delay, its followers visibility 0 (protocol: head-and-followers)', async () => {
    const events = ['a', 'b', 'c'].map((name) => message({ tenant: own('ordered'), data: { name } }));
    const batch = events.map((one) => delivered(one, { group }));
    queue.visibility.length = 0;
    expect(await consume(failsFirst('b'), batch)).toEqual(batch.slice(1).map(({ messageId }) => messageId));
    expect(await effects(own('ordered'))).toBe(1);
    expect(queue.visibility.find(({ receiptHandle }) => receiptHandle === batch[2]?.receiptHandle)).toMatchObject({
      seconds: 0,
    });
    expect(await record(events[2] ?? message())).toBeNull();
  });

  test('nor in an outage: the head of each group gets the delay, its followers visibility 0', async () => {
    const ordered = failsFirst('none');
    const mongodb = async () => false;
    const gone = async () => Promise.reject(new DependencyError('mongodb', 'no primary'));
    const batch = ['one', 'one', 'two', 'two'].map((name, index) =>
      delivered(message(), { group: name, receives: 2 + index }),
    );
    const waits = async (other: Partial<ConsumePorts>) => {
      queue.visibility.length = 0;
      expect(
        await consume(ordered, batch, { ping: { ...ports.ping, mongodb }, random: () => 1, ...other }),
      ).toHaveLength(4);
      return batch.map(
        ({ receiptHandle }) => queue.visibility.find((one) => one.receiptHandle === receiptHandle)?.seconds,
      );
    };
    expect(await waits({ records: { ...ports.records, find: gone } })).toEqual([10, 0, 40, 0]);
    expect(await waits({ records: { ...ports.records, mark: gone } })).toEqual([10, 0, 40, 0]);
  });

  test('groups go on side by side, and after a dead letter its group goes on', async () => {
    const [head, next, elsewhere] = ['a', 'b', 'c'].map((name) => message({ tenant: own('sideways'), data: { name } }));
    if (!head || !next || !elsewhere) throw new Error('three events');
    const batch = [
      delivered({ ...head, data: { name: 7 } }, { group }),
      delivered(next, { group }),
      delivered(elsewhere, { group: 'other' }),
    ];
    expect(await consume(failsFirst('none'), batch)).toEqual([]);
    expect(await effects(own('sideways'))).toBe(2);
    expect(queue.published.at(-1)).toMatchObject({ group, deduplicationId: expect.stringMatching(/^[\w-]{43}$/) });
    await readLetters();
  });

  test('a suspect behind others of its group does not overtake them', async () => {
    const [head, suspect] = ['a', 'b'].map((name) => message({ tenant: own('behind'), data: { name } }));
    if (!head || !suspect) throw new Error('two events');
    await leaveMark(suspect, 'dead', false);
    const batch = [delivered(head, { group }), delivered(suspect, { group, receives: 2 })];
    expect(await consume(failsFirst('none'), batch, { clock: later })).toEqual([batch[1]?.messageId]);
    expect(await record(head)).toMatchObject({ state: 'succeeded' });
    expect(await record(suspect)).toMatchObject({ state: 'retrying' });
  });
});
