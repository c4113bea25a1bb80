import { expect, test } from 'vitest';
import { mongoFailures } from '../../../lib/adapters/mongo/failures.ts';
import { DependencyError } from '../../../lib/core/errors.ts';
import { eventKey } from '../../../lib/core/event-key.ts';
import { eventFields } from '../../../lib/core/log-fields.ts';
import type { Message } from '../../../lib/core/message.ts';
import { recordFailures } from '../../../lib/failures/dead-letter.ts';
import { anySender } from '../../../lib/failures/senders.ts';
import type { Log } from '../../../lib/sdk/log.ts';
import { rejected } from '../../../lib/sdk/result.ts';
import { consumerWorld, delivered, handledBy, handledTogetherBy } from '../../support/consumer-world.ts';
import { silentMetrics } from '../../support/memory-metrics.ts';

const { consume, message, mongo, ports, queue } = await consumerWorld();

interface Line extends Record<string, unknown> {
  level: string;
  message: string;
}

function recording(): { log: Log; lines: Line[]; story(of: Pick<Message, 'id'>): string[] } {
  const lines: Line[] = [];
  const at =
    (level: string): Log['info'] =>
    (text, details) =>
      void lines.push({ level, message: text, ...details });
  return {
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    lines,
    // As grep finds them.
    story: ({ id }) => lines.filter((line) => JSON.stringify(line).includes(id)).map((line) => line.message),
  };
}

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('an event that fails, is tried again and succeeds: every line says whose it is, the handler’s too', async () => {
  const { log, lines, story } = recording();
  const sent = message({ traceparent, replay: 1, data: { name: 'secret-name' } });
  let runs = 0;
  const definition = handledBy(async (_, context) => {
    context.log.info('of the handler', { runs: ++runs, event_id: 'another' });
    if (runs === 1) throw Object.assign(new Error('not yet'), { code: 'flaky' });
    return 'done';
  });
  for (const receives of [1, 2]) await consume(definition, [delivered(sent, { receives })], { log });
  expect(story(sent)).toEqual(['of the handler', 'attempt failed', 'of the handler', 'settled']);
  const names = { ...eventFields(sent), replay: 1, trace_id: '0af7651916cd43dd8448eb211c80319c' };
  expect(lines).toEqual([
    { level: 'info', message: 'of the handler', runs: 1, ...names, attempt: 1 },
    {
      ...{ level: 'warn', message: 'attempt failed', ...names },
      ...{ attempt: 1, attempts_allowed: 3, code: 'flaky', error: expect.objectContaining({ message: 'not yet' }) },
      next_at: expect.stringMatching(/^\d{4}-.*Z$/),
    },
    { level: 'info', message: 'of the handler', runs: 2, ...names, attempt: 2 },
    { level: 'info', message: 'settled', ...names, attempts: 2, outcome: 'succeeded' },
  ]);
  expect(JSON.stringify(lines)).not.toContain('secret');
});

test('an event that fails for good: its last attempt, its letter, its failure', async () => {
  const { log, lines, story } = recording();
  const sent = message();
  const fails = handledBy(async () => {
    throw new Error('never');
  });
  for (const receives of [1, 2, 3]) await consume(fails, [delivered(sent, { receives })], { log });
  const letters = queue.published.splice(0).map(({ body }) => delivered(body));
  const { results, clock } = ports;
  const deadLetter = {
    failures: mongoFailures(mongo),
    results,
    believes: anySender,
    clock,
    log,
    metrics: silentMetrics,
  };
  for (const letter of [letters, letters]) await recordFailures(letter, deadLetter);
  expect(story(sent)).toEqual([
    ...['attempt failed', 'attempt failed', 'last attempt failed', 'to the dead letters'],
    ...['failure recorded', 'a letter changes nothing'],
  ]);
  for (const line of lines) expect(line).toMatchObject(eventFields(sent));
  expect(lines.map(({ attempt }) => attempt).slice(0, 3)).toEqual([1, 2, 3]);
  expect(lines[4]).toMatchObject({ cause: 'attempts-exhausted', code: 'error', attempts: 3 });
});

test('a batch is settled in one line, and what SQS delivers again is said to be settled again', async () => {
  const { log, lines } = recording();
  const one = { tenant: 't-one', source: '/tenants/t-one' };
  const sent = [message(one), message(one), message(one)];
  const records = sent.map((sentOne) => delivered(sentOne));
  const answers = handledBy(async () => 'done');
  await consume(answers, records, { log });
  const common = { level: 'info', message: 'settled', type: 'test.happened', ...one, attempts: 1 };
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ ...common, outcome: 'succeeded' });
  // It is the number of the attempts, too.
  expect(lines[0]).not.toHaveProperty('attempt');
  const named = sent.map(({ id }) => ({ event_id: id }));
  expect(lines[0]?.events).toEqual(expect.arrayContaining(named));
  await consume(answers, [delivered(sent[0] ?? '', { receives: 2 })], { log });
  expect(lines[1]).toMatchObject({ ...common, outcome: 'succeeded', again: true, event_id: sent[0]?.id });
});

test('why a handler said no is in the line of its outcome, also when SQS delivers it again', async () => {
  const { log, lines } = recording();
  const sent = message();
  const refuses = handledBy(async () => rejected('sold-out'));
  for (const receives of [1, 2]) await consume(refuses, [delivered(sent, { receives })], { log });
  const line = { message: 'settled', outcome: 'rejected', reason: 'sold-out', attempts: 1 };
  expect(lines).toMatchObject([line, { ...line, again: true }]);
});

test('what a handler of batches says names the events of the batch', async () => {
  const { log, lines } = recording();
  const two = { tenant: 't-two', source: '/tenants/t-two' };
  const sent = [message(two), message(two)];
  const together = handledTogetherBy(async (events, context) => {
    context.log.info('of the handler');
    return events.map(() => 'done');
  });
  await consume(
    together,
    sent.map((one) => delivered(one)),
    { log },
  );
  const events = sent.map(({ id }) => ({ event_id: id }));
  expect(lines[0]).toMatchObject({ message: 'of the handler', ...two, attempt: 1, events });
});

test('runs that died are said when their record has them as attempts, and once', async () => {
  const { log, lines, story } = recording();
  const [sent, lost] = [message(), message()];
  const leave = (of: Message, runs: readonly string[]) =>
    Promise.all(
      runs.map((run) => {
        const begun = { key: eventKey(of.tenant, of.source, of.id), message: of, run, at: new Date() };
        return ports.records.mark([{ ...begun, alone: true, died: [], crashes: [], suspect: false }]);
      }),
    );
  await leave(sent, ['r-1']);
  await leave(lost, ['r-2', 'r-3', 'r-4']);
  const clock = { ...ports.clock, now: () => Date.now() + 3_600_000 };
  const silent = { ...ports.records, mark: () => Promise.reject(new DependencyError('mongodb', 'no answer')) };
  const ping = { ...ports.ping, mongodb: async () => false };
  const again = (of: Message, receives: number, other: object = {}) =>
    consume(
      handledBy(async () => 'done'),
      [delivered(of, { receives })],
      { log, clock, ...other },
    );
  await again(sent, 2, { records: silent, ping });
  expect(story(sent)).toEqual(['returned for infrastructure']);
  await again(sent, 3);
  await again(lost, 4);
  expect(story(sent).slice(1)).toEqual(['attempt failed', 'settled']);
  expect(story(lost)).toEqual([...Array(3).fill('attempt failed'), 'to the dead letters']);
  const crashes = lines.filter((line) => line.message === 'attempt failed');
  expect(crashes).toMatchObject([1, 1, 2, 3].map((attempt) => ({ attempt, attempts_allowed: 3, code: 'crashed' })));
});
