import { describe, expect, test } from 'vitest';
import { entryOf } from '../../../local/terminal/entry.ts';
import { type Happening, happeningOf, type Shown } from '../../../local/terminal/happening.ts';
import { isColoured, lineOf } from '../../../local/terminal/line.ts';
import { printable, printableJson } from '../../../local/terminal/printable.ts';
import { repeatsOf } from '../../../local/terminal/repeats.ts';

const noon = new Date(2026, 10, 28, 12, 0, 1);
const id = '5f0c7a52-8a0b-4e6f-9d0e-3a1f6f6f2b10';
const of = { timestamp: noon.toISOString(), service: 'consume', request_id: 'r', tenant: 'local', source: '/s' };
const run = { ...of, event_id: id, type: 'cart.abandoned', attempt: 3 };
const stack = [
  'must (/home/me/lib/sluice/lib/sdk/must.ts:7:9)',
  'each (/home/me/lib/sluice/node_modules/zod/index.ts:1:1)',
  'async Object.handle (/home/me/lib/sluice/functions/events/cart.abandoned.ts:21:11)',
  'run (/home/me/lib/sluice/lib/consume/run.ts:9:9)',
];

/** What a terminal shows of a line that a function wrote. */
function shown(line: object | string, how: Shown = 'happenings', colour = false): string | undefined {
  const text = typeof line === 'string' ? line : JSON.stringify({ level: 'INFO', ...line });
  const happening = happeningOf(entryOf('onCartAbandoned', text, false, noon), how);
  return happening && lineOf(happening, happening.count, colour);
}

describe('an entry of the log', () => {
  test.each<[string, string, boolean, object]>([
    [
      'is what a function has logged',
      '{"level":"WARN","message":"m","a":1}',
      false,
      { level: 'WARN', message: 'm', a: 1 },
    ],
    ['is made of what is no JSON', 'hello', false, { level: 'INFO', message: 'hello' }],
    ['is a warning on standard error', 'Error: x', true, { level: 'WARN', message: 'Error: x' }],
    [
      'is what of metrics is no word to CloudWatch, and shown where all is',
      '{"_aws":{"Timestamp":1},"stage":"local","Accepted":1}',
      false,
      { level: 'DEBUG', message: 'metrics', stage: 'local', Accepted: 1 },
    ],
    ['is made of JSON that is no entry', '{"a":1}', false, { level: 'INFO', message: '{"a":1}' }],
    ['is made of half of one', '{"level":"WARN",', false, { level: 'INFO', message: '{"level":"WARN",' }],
  ])('%s', (_, line, isFault, entry) => {
    const rest = { function: 'ingest', timestamp: noon.toISOString() };
    expect(entryOf('ingest', line, isFault, noon)).toEqual({ ...entry, ...rest });
  });

  test('names its function, whatever it says itself', () => {
    expect(entryOf('ingest', '{"level":"INFO","message":"m","function":"x"}', false, noon).function).toBe('ingest');
  });
});

describe('the terminal shows', () => {
  test.each<[string, object | string, string]>([
    [
      'an outcome',
      { ...run, message: 'settled', outcome: 'succeeded', attempts: 1 },
      '12:00:01  cart.abandoned  …6f6f2b10  succeeded',
    ],
    [
      'an outcome that took several attempts, of a short id',
      { ...run, event_id: 'signup-1', message: 'settled', outcome: 'rejected', attempts: 3, again: true },
      '12:00:01  cart.abandoned  signup-1  rejected  after 3 attempts  again',
    ],
    [
      'why a handler said no',
      { ...run, message: 'settled', outcome: 'rejected', attempts: 1, reason: 'cart-empty' },
      '12:00:01  cart.abandoned  …6f6f2b10  rejected  cart-empty',
    ],
    [
      'a batch',
      { ...of, type: 'part.seen', message: 'settled', outcome: 'succeeded', attempts: 1, events: [{}, {}, {}] },
      '12:00:01  part.seen  succeeded  x 3',
    ],
    [
      'a failed attempt, with its code, its place and its next',
      {
        ...{ ...run, level: 'WARN', message: 'attempt failed', attempts_allowed: 5, code: 'flaky' },
        ...{ error: { message: 'not yet', stack }, next_at: new Date(noon.getTime() + 7400).toISOString() },
      },
      '12:00:01  cart.abandoned  …6f6f2b10  attempt 3/5  flaky: not yet  cart.abandoned.ts:21  next in 8 s',
    ],
    [
      'one that is due much later, and has no code and no place',
      {
        ...{ ...run, level: 'WARN', message: 'attempt failed', attempts_allowed: 5, code: 'error' },
        ...{
          error: { message: 'not yet', stack: [] },
          next_at: new Date(noon.getTime() + 7_200_000).toISOString(),
        },
      },
      '12:00:01  cart.abandoned  …6f6f2b10  attempt 3/5  not yet  next in 120 min',
    ],
    [
      'the last attempt',
      {
        ...run,
        level: 'WARN',
        message: 'last attempt failed',
        attempts_allowed: 3,
        code: 'x',
        error: { message: 'm' },
      },
      '12:00:01  cart.abandoned  …6f6f2b10  attempt 3/3  x: m  last attempt failed',
    ],
    [
      'a failure, and where it is',
      {
        ...run,
        level: 'WARN',
        message: 'failure recorded',
        cause: 'permanent',
        code: 'x',
        reason: 'm',
        failure: 'f-1',
      },
      '12:00:01  cart.abandoned  …6f6f2b10  failed  x: m  /failures/f-1',
    ],
    [
      'a replay',
      {
        ...{ ...run, message: 'failure replayed', failure: 'f-1', replay: 1, published: 'sent' },
        ...{ replacement_id: 'e-2', key_id: 'k-1' },
      },
      '12:00:01  cart.abandoned  …6f6f2b10  replayed  replacement_id=e-2',
    ],
    [
      'what a handler says, with its details',
      { ...run, message: 'cart looked up', items: 3, of: { a: 1 } },
      '12:00:01  cart.abandoned  …6f6f2b10  cart looked up  items=3  of={"a":1}',
    ],
    ['what is no entry', 'hello', '12:00:01  onCartAbandoned  hello'],
    [
      'another fault',
      { ...of, level: 'ERROR', message: 'a request broke', code: 'error', error: { message: 'why' } },
      '12:00:01  onCartAbandoned  a request broke  why',
    ],
  ])('%s', (_, line, text) => {
    expect(shown(line)).toBe(text);
  });

  test('with --quiet faults alone, with --verbose all', () => {
    const accepted = { ...run, message: 'accepted' };
    const settled = { ...run, message: 'settled', outcome: 'succeeded' };
    const failed = { ...run, level: 'WARN', message: 'attempt failed', attempts_allowed: 5 };
    const lines = [accepted, settled, failed, { ...run, level: 'DEBUG', message: 'd' }];
    const count = (how: Shown) => lines.filter((line) => shown(line, how) !== undefined).length;
    expect([count('faults'), count('happenings'), count('all')]).toEqual([1, 2, 4]);
  });

  test('nothing that moves the cursor, ends the line, or turns writing round', () => {
    const evil = '\x1b[2J\x1b]0;t\x07\u009b31m\r\n\u202egnp\u2066\u2028x';
    const line = shown({ ...run, type: evil, event_id: evil, message: evil, [evil]: evil });
    expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028]/u);
    expect(line).toContain(String.raw`\u001b[2J`);
    expect(JSON.parse(printableJson({ evil }))).toEqual({ evil });
    expect(printableJson({ evil })).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028]/u);
    expect(printable('Kätzchen 🐈‍⬛ 猫')).toBe('Kätzchen 🐈‍⬛ 猫');
  });

  test('at most 300 characters of what somebody says', () => {
    const line = shown({ ...run, level: 'WARN', message: 'm', error: { message: 'x'.repeat(9000) } });
    expect(line?.length).toBeLessThan(400);
  });

  test('colours where it may', () => {
    const line = shown({ ...run, message: 'settled', outcome: 'succeeded' }, 'happenings', true);
    expect(line).toContain('\x1b[32msucceeded\x1b[0m');
  });
});

test.each<[Record<string, string>, boolean, boolean]>([
  [{}, true, true],
  [{}, false, false],
  [{ NO_COLOR: '1' }, true, false],
  [{ NO_COLOR: '' }, true, true],
  [{ FORCE_COLOR: '1' }, false, true],
  [{ FORCE_COLOR: '0' }, true, false],
  [{ FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
  [{ TERM: 'dumb' }, true, false],
])('with %o and a terminal: %s, colours: %s', (env, isTerminal, coloured) => {
  expect(isColoured(env, isTerminal)).toBe(coloured);
});

describe('what happens again', () => {
  function counted() {
    let at = 0;
    const texts: string[] = [];
    const repeats = repeatsOf(
      (happening, count) => texts.push(lineOf(happening, count, false).slice('12:00:01  '.length)),
      () => at,
    );
    const take = (what: string, event: string, count = 1): void =>
      repeats.take({ at: noon, who: 'a.b', id: event, what, tone: 'plain', said: [], count } satisfies Happening);
    const pass = (ms: number): void => {
      at += ms;
      repeats.flush();
    };
    return { repeats, take, pass, texts };
  }

  test('is shown the first time at once, then counted for a second', () => {
    const { take, pass, texts } = counted();
    for (let index = 0; index < 126; index++) take('failed', `e-${index}`);
    take('succeeded', 'other');
    expect(texts).toEqual(['a.b  e-0  failed', 'a.b  other  succeeded']);
    pass(999);
    expect(texts).toHaveLength(2);
    pass(1);
    expect(texts.slice(2)).toEqual(['a.b  failed  x 125']);
    take('failed', 'e-126', 10);
    pass(1000);
    expect(texts.slice(3)).toEqual(['a.b  failed  x 10']);
    pass(1000);
    take('failed', 'e-127');
    expect(texts.slice(4)).toEqual(['a.b  e-127  failed']);
  });

  test('is shown with its id where it was once', () => {
    const { take, pass, texts } = counted();
    take('failed', 'e-1');
    take('failed', 'e-2');
    pass(1000);
    expect(texts).toEqual(['a.b  e-1  failed', 'a.b  e-2  failed']);
  });

  test('is shown at the end, and before there is too much to count', () => {
    const { repeats, take, texts } = counted();
    take('failed', 'e-1');
    take('failed', 'e-2');
    repeats.end();
    expect(texts).toHaveLength(2);
    for (let index = 0; index < 3000; index++) take(`kind ${index}`, 'e');
    expect(texts).toHaveLength(3002);
  });
});
