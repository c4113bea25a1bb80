import { describe, expect, test } from 'vitest';
import { mongoFailures } from '../../../../lib/adapters/mongo/failures.ts';
import { DependencyError } from '../../../../lib/core/errors.ts';
import type { Message } from '../../../../lib/core/message.ts';
import { HttpProblem } from '../../../../lib/core/problem.ts';
import { recordFailures } from '../../../../lib/failures/dead-letter.ts';
import { anySender } from '../../../../lib/failures/senders.ts';
import { PermanentError } from '../../../../lib/sdk/errors.ts';
import { rejected } from '../../../../lib/sdk/result.ts';
import { delivered, handledBy, leavesAnEffect } from '../../../support/consumer-world.ts';
import { replayWorld, succeeds } from '../../../support/replay-world.ts';

const world = await replayWorld();
const { consume, record, effects, readLetters, queue } = world;
const { desk, replay, discard, published, failed, failure } = world;
const edited = { data: { name: 'mended' } };

/** What a request to the desk may be answered when others ask at the same time; anything else is a fault. */
const answerOf = (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof HttpProblem) return error.code;
      // MongoDB let the others win five times.
      if (error instanceof DependencyError) return error.code;
      throw error;
    },
  );

describe('requests to the desk at once', () => {
  test('two replays write and publish one replay', async () => {
    for (let round = 0; round < 3; round++) {
      const sent = await failed();
      const answers = await Promise.all([answerOf(replay(sent)), answerOf(replay(sent))]);
      expect(answers.toSorted()).toEqual(['done', 'replay-under-way']);
      expect(published()).toEqual([{ ...sent, replay: 1 }]);
    }
  });

  test('ten publish the same n at most once', async () => {
    const sent = await failed();
    const answers = await Promise.all(Array.from({ length: 10 }, () => answerOf(replay(sent))));
    expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
    const others = answers.filter((answer) => answer !== 'done');
    for (const answer of others) expect(['replay-under-way', 'mongodb-unavailable']).toContain(answer);
    expect(published()).toMatchObject([{ replay: 1 }]);
    desk.clock.advance(60_000);
    await Promise.all(Array.from({ length: 10 }, () => answerOf(replay(sent))));
    expect(published()).toMatchObject([{ replay: 1 }]);
    expect(await record(sent)).toMatchObject({ state: 'retrying', replay: 1 });
  });

  test('a plain and an edited one: one of them, and its event alone is published', async () => {
    for (let round = 0; round < 3; round++) {
      const sent = await failed();
      const answers = await Promise.all([answerOf(replay(sent)), answerOf(replay(sent, { edited }))]);
      expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
      const [only, ...others] = published();
      expect(others).toEqual([]);
      const plain = only?.id === sent.id;
      expect(await failure(sent)).toMatchObject({ state: plain ? 'replaying' : 'replayed' });
      expect(await record(sent)).toMatchObject(plain ? { state: 'retrying', replay: 1 } : { state: 'failed' });
    }
  });

  test('a replay and a discard: one of them', async () => {
    for (let round = 0; round < 3; round++) {
      const sent = await failed();
      const answers = await Promise.all([answerOf(discard(sent)), answerOf(replay(sent))]);
      expect(answers.filter((answer) => answer === 'done')).toHaveLength(1);
      const discarded = answers[0] === 'done';
      expect(published()).toHaveLength(discarded ? 0 : 1);
      expect(await failure(sent)).toMatchObject({ state: discarded ? 'discarded' : 'replaying' });
      expect(await record(sent)).toMatchObject({ state: discarded ? 'failed' : 'retrying' });
      expect((await record(sent))?.expireAt === undefined).toBe(!discarded);
    }
  });
});

describe('replays among late letters, copies and overrunning runs', () => {
  const deadLetterPorts = { failures: mongoFailures(world.mongo), believes: anySender, ...world.ports };
  const any = <Value>(values: readonly Value[]): Value | undefined => values[Math.floor(Math.random() * values.length)];
  const outcomes = [
    succeeds,
    handledBy(async () => rejected('no')),
    handledBy(async (event, context) => {
      await leavesAnEffect(event, context);
      throw new PermanentError('no good');
    }),
    handledBy(async () => Promise.reject(new Error('again')), { retry: { attempts: 2 } }),
  ];

  /** Everything that was ever published of one event, and every letter of it, may come at any time, more than once. */
  async function story(): Promise<{ sent: Message; told: string[] }> {
    const sent = await failed();
    const messages = [sent];
    const letters: string[] = [];
    const told: string[] = [];
    const nothing: [string, () => Promise<unknown>] = ['nothing', async () => undefined];
    const steps: (typeof nothing)[] = [
      ['replay', () => answerOf(replay(sent))],
      [
        'ask again',
        () => {
          desk.clock.advance(60_000);
          return answerOf(replay(sent));
        },
      ],
      ['deliver', () => consume(any(outcomes) ?? succeeds, [delivered(any(messages) ?? sent, { receives: 1 })])],
      ['deliver again', () => consume(any(outcomes) ?? succeeds, [delivered(any(messages) ?? sent, { receives: 2 })])],
      ['letter', () => recordFailures(letters.length > 0 ? [delivered(any(letters) ?? '')] : [], deadLetterPorts)],
    ];
    for (let round = 0; round < 6; round++) {
      const chosen = Array.from({ length: 3 }, () => any(steps) ?? nothing);
      told.push(chosen.map(([name]) => name).join(' | '));
      await Promise.all(chosen.map(([, act]) => act()));
      messages.push(...published());
      letters.push(...queue.published.splice(0).map(({ body }) => body));
    }
    // What was published, and every letter of it, arrives in the end.
    queue.published.push(...letters.map((body) => ({ queueUrl: '', body })));
    await readLetters();
    for (let receives = 2; receives < 6; receives++) {
      for (const one of messages) await consume(succeeds, [delivered(one, { receives })]);
      await readLetters();
    }
    return { sent, told };
  }

  test('leave one effect at most, and failure and record that agree (protocol: settling-closes-the-failure, replay-moves-the-record, one-condition)', async () => {
    for (let run = 0; run < 5; run++) {
      const { sent, told } = await story();
      const [stored, kept, count] = [await record(sent), await failure(sent), await effects(sent.tenant)];
      const seen = { state: stored?.state, failure: kept?.state, replay: stored?.replay, told };
      expect(count, JSON.stringify(seen)).toBe(stored?.state === 'succeeded' ? 1 : 0);
      expect(['succeeded', 'rejected', 'failed'], JSON.stringify(seen)).toContain(stored?.state);
      const closed = stored?.state !== 'failed';
      expect(closed ? ['replayed'] : ['open', 'failed-again'], JSON.stringify(seen)).toContain(kept?.state);
      expect(kept?.replay, JSON.stringify(seen)).toBe(stored?.replay);
      expect(stored?.expireAt !== undefined, JSON.stringify(seen)).toBe(closed);
      expect(kept?.expireAt !== undefined, JSON.stringify(seen)).toBe(closed);
      const outcome = await world.ports.results.read(world.keyOf(sent));
      expect(outcome?.outcome, JSON.stringify(seen)).toMatchObject({ outcome: stored?.state, replay: stored?.replay });
    }
  });
});
