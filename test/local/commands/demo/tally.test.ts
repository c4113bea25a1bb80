import { describe, expect, test } from 'vitest';
import type { Observed } from '../../../../local/commands/demo/drive.ts';
import { effectDifferences } from '../../../../local/commands/demo/effects.ts';
import { explained } from '../../../../local/commands/demo/explain.ts';
import { type Expectation, failure, type Planned, rejection, repeated } from '../../../../local/commands/demo/plan.ts';
import { printed } from '../../../../local/commands/demo/report.ts';
import type { Seen } from '../../../../local/commands/demo/send.ts';
import {
  differences,
  expected,
  latencies,
  observed,
  percentile,
  surprises,
  totalOf,
} from '../../../../local/commands/demo/tally.ts';

const succeeds: Expectation = { answer: 'accepted', outcome: 'succeeded' };
const planned = (id: string, expect: Expectation, type = 'note.written'): Planned => ({
  event: { id, type, data: {}, time: '2026-11-23T12:00:00Z' },
  expect,
});
const seen = (one: Planned, answer: Seen['answer'], more: Partial<Seen> = {}): Seen => ({
  planned: one,
  answer,
  ...more,
});
const run = (list: Seen[], outcomes: [string, 'succeeded' | 'rejected' | 'failed', string?][] = []): Observed => ({
  seen: list,
  outcomes: new Map(outcomes.map(([id, status, reason]) => [id, { status, reason }])),
});

describe('what became of it', () => {
  const a = planned('a', succeeds);
  const a2 = repeated(a);
  const b = planned('b', rejection('out-of-stock'));
  const c = planned('c', failure);
  const d = planned('d', { answer: 'refused', code: 'unknown-type' }, 'page.closed');
  const all = [a, a2, b, c, d];
  const right = run(
    [
      seen(a, 'accepted'),
      seen(a2, 'duplicate', { status: 'succeeded' }),
      seen(b, 'accepted'),
      seen(c, 'accepted'),
      seen(d, 'refused', { code: 'unknown-type' }),
    ],
    [
      ['a', 'succeeded'],
      ['b', 'rejected', 'out-of-stock'],
      ['c', 'failed'],
    ],
  );

  test('is right where every event became what it had to become', () => {
    expect(observed(right)).toEqual(expected(all));
    expect(surprises(right)).toEqual([]);
    expect(differences(expected(all), observed(right))).toEqual([]);
  });

  test('has a sum of all rows', () => {
    expect(totalOf(observed(right))).toEqual({
      accepted: 3,
      duplicate: 1,
      refused: 1,
      succeeded: 1,
      rejected: 1,
      failed: 1,
      retrying: 0,
    });
  });

  test('is explained, column by column', () => {
    expect(explained(right)).toEqual([
      'accepted   taken in: a queue holds it',
      'duplicate  sent again, as a client does that got no answer; known by its id, and done once',
      'refused    refused at the door: 1 of a type that is not declared, on purpose',
      'succeeded  its effect is in MongoDB',
      'rejected   the handler said no, and nothing that it wrote stays: 1 out-of-stock',
      'failed     nobody could process it as it is; GET /failures has it until a person mends it',
    ]);
  });

  test('may be anything of an example, but for nothing at all', () => {
    const example = planned('e', { answer: 'accepted', outcome: 'any' });
    for (const outcome of ['succeeded', 'rejected', 'failed'] as const) {
      const one = run([seen(example, 'accepted')], [['e', outcome]]);
      expect(surprises(one)).toEqual([]);
      expect(expected([example], one.outcomes)).toEqual(observed(one));
    }
    expect(surprises(run([seen(example, 'accepted')]))).toEqual([expect.stringContaining('accepted not settled')]);
    expect(surprises(run([seen(example, 'refused', { code: 'invalid-data' })]))).toHaveLength(1);
  });

  test.each<[string, Seen, [string, 'succeeded' | 'rejected' | 'failed', string?][], string]>([
    ['an event without an outcome', seen(a, 'accepted'), [], 'accepted not settled instead of accepted succeeded'],
    ['another outcome', seen(a, 'accepted'), [['a', 'failed']], 'accepted failed instead of accepted succeeded'],
    [
      'another reason',
      seen(b, 'accepted'),
      [['b', 'rejected', 'mood']],
      'rejected mood instead of accepted rejected out-of-stock',
    ],
    [
      'a duplicate that was taken for new',
      seen(a2, 'accepted'),
      [['a', 'succeeded']],
      'accepted succeeded instead of duplicate',
    ],
    [
      'another refusal',
      seen(d, 'refused', { code: 'invalid-data' }),
      [],
      'refused invalid-data instead of refused unknown-type',
    ],
    [
      'a refusal of what is valid',
      seen(a, 'refused', { code: 'rate-limited' }),
      [],
      'refused rate-limited instead of accepted',
    ],
  ])('%s is told', (_, one, outcomes, message) => {
    expect(surprises(run([one], outcomes))).toEqual([expect.stringContaining(message)]);
  });

  test('a cell that is off is told with both numbers', () => {
    const got = observed(run([seen(a, 'accepted'), seen(a2, 'accepted')], [['a', 'succeeded']]));
    expect(differences(expected([a, a2]), got)).toEqual([
      'note.written: 2 accepted instead of 1',
      'note.written: 0 duplicate instead of 1',
      'note.written: 2 succeeded instead of 1',
    ]);
  });

  test('only an estimate may be off, and only a little', () => {
    const estimated = new Set(['visitors']);
    const off = (visitors: number, users: number) =>
      effectDifferences({ visitors: 100, users: 10 }, { visitors, users }, estimated);
    expect(off(102, 10)).toEqual([]);
    expect(off(110, 10)).toEqual(['visitors: 110 instead of 100']);
    expect(off(100, 11)).toEqual(['users: 11 instead of 10']);
  });

  test('a report names what is wrong, and no more than a screen of it', () => {
    const total = totalOf(new Map());
    const base = { seconds: 1, events: 3, types: {}, total, effects: {}, notes: ['a note'] };
    const story = [{ title: 'Something happens', happened: 'It did.', proof: '3 effects.', differences: [] }];
    const words = { explained: ['accepted   taken in'], effects: [], more: [], next: ['What next'] };
    const right = printed({ ...base, story, ok: true, differences: [] }, words);
    expect(right).toContain('All 3 events became what they had to become');
    expect(right).toContain('1. Something happens\n   It did.\n   3 effects.');
    expect(right).toMatch(/^ {2}total +0/m);
    expect(right).toMatch(/What next$/);
    expect(right.split('\n').filter((line) => line.length > 120)).toEqual([]);
    const wrong = Array.from({ length: 25 }, (_, index) => `fault ${index}`);
    const text = printed({ ...base, story, ok: false, differences: wrong }, words);
    expect(text).toContain('fault 0');
    expect(text).not.toContain('fault 20');
    expect(text).toContain('and 5 more');
  });
});

test('latency is of those that waited, by nearest rank', () => {
  const times = Array.from({ length: 100 }, (_, index) =>
    seen(planned(`${index}`, succeeds), 'accepted', { ms: 100 - index }),
  );
  const silent = seen(planned('x', succeeds), 'accepted');
  expect(latencies(run([...times, silent])).get('note.written')).toEqual({ measured: 100, p50: 50, p99: 99 });
  expect(percentile([7], 99)).toBe(7);
});
