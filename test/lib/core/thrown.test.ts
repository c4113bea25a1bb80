import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { DependencyError, TransientError } from '../../../lib/core/errors.ts';
import { describeThrown, MOST } from '../../../lib/core/thrown.ts';
import {
  DocumentRefusedError,
  DuplicateKeyError,
  PermanentError,
  RetryLaterError,
  SluiceError,
} from '../../../lib/sdk/errors.ts';

const trap = () => {
  throw new Error('trap');
};
const cyclic = Object.assign(new Error('round'), { cause: undefined as unknown });
cyclic.cause = cyclic;
const pair = Object.assign(new Error('one'), {
  cause: Object.assign(new Error('other'), { cause: undefined as unknown }),
});
pair.cause.cause = pair;
const chain = Array.from({ length: 20_000 }).reduce<Error>((cause) => new Error('link', { cause }), new Error('end'));

describe('entry 1, entry 2: whatever is thrown becomes plain and bounded', () => {
  test.each<[string, unknown, object]>([
    ['an error that causes itself', cyclic, { message: 'round' }],
    ['two that cause each other', pair, { message: 'one: other' }],
    ['a chain of 20,000', chain, { message: 'link' }],
    ['a message that is no text', Object.assign(new Error('x'), { message: { a: 1 } }), { message: '[object Error]' }],
    ['no message', Object.assign(new Error('x'), { message: undefined }), { message: '[object Error]' }],
    ['a stack that is a list', Object.assign(new Error('x'), { stack: ['a'] }), { message: 'x', stack: [] }],
    ['a proxy', new Proxy({}, { get: trap, getPrototypeOf: trap, ownKeys: trap }), { code: 'error', name: 'object' }],
    [
      'getters that throw',
      Object.defineProperty(new Error('x'), 'message', { get: trap }),
      { message: '[object Error]' },
    ],
    ['a text that is long', 'x'.repeat(5e6), { message: `${'x'.repeat(999)}…` }],
    ['members that are long', Object.assign(new Error('x'), { name: 'n'.repeat(1e6), code: 'c'.repeat(1e6) }), {}],
    ['a list that is long', new Array(1e8), { message: '[object Array]' }],
    ['a symbol', Symbol('why'), { message: 'Symbol(why)' }],
    ['a number of many digits', 2n ** 1_000_000n, { message: '[bigint]' }],
    ['nothing', undefined, { message: 'undefined', name: 'undefined' }],
    ['half a pair', 'a\ud800', { message: 'a\ufffd' }],
    ['an address with credentials', new Error('no redis://me:pass@host/0'), { message: 'no redis://***@host/0' }],
  ])('%s', (_, thrown, expected) => {
    const described = describeThrown(thrown);
    expect(described).toMatchObject({ kind: 'error', forSender: false, ...expected });
    expect(JSON.stringify(described).length).toBeLessThan(8000);
    expect(described.causes.length).toBeLessThanOrEqual(MOST.causes);
    expect([described.name.length, described.code.length].every((length) => length <= 100)).toBe(true);
  });

  test('entry 5: an AggregateError says what its errors say, and suspects what they suspect', () => {
    const errors = [new Error('first'), 'second', new DependencyError('redis', 'silent')];
    expect(describeThrown(new AggregateError(errors, 'all failed'))).toMatchObject({
      message: 'all failed: first; second; silent',
      dependencies: ['redis'],
    });
    expect(describeThrown(new AggregateError(new Array(1e6).fill('x'.repeat(1e4)), 'all')).message).toHaveLength(1000);
  });

  test('entry 1: errors that are other ones each time they are read are read once, and those within them no further', () => {
    const toggling = new AggregateError([], 'toggling');
    let reads = 0;
    Object.defineProperty(toggling, 'errors', { get: () => (reads++ % 2 === 0 ? [toggling] : []) });
    expect(describeThrown(toggling)).toMatchObject({ message: 'toggling: toggling', dependencies: [] });
    expect(reads).toBe(1);
    const nested = new AggregateError([], 'nested');
    nested.errors.push(nested, nested, new DependencyError('mongodb', 'silent'));
    expect(describeThrown(nested)).toMatchObject({
      message: 'nested: nested; nested; silent',
      dependencies: ['mongodb'],
    });
  });

  test('entry 1: an AggregateError of another realm says what its errors say', () => {
    const thrown: unknown = runInNewContext(
      "new AggregateError([Object.assign(new Error('one'), { code: 'ONE' })], 'all')",
    );
    expect(describeThrown(thrown)).toMatchObject({ name: 'AggregateError', code: 'ONE', message: 'all: one' });
  });

  test('what a schema threw is said in a line: where, and what; of many faults the first', () => {
    const { error } = z.object({ lines: z.array(z.object({ price: z.number() })) }).safeParse({ lines: [{}] });
    const fault = 'lines.0.price: Invalid input: expected number, received undefined';
    expect(describeThrown(error)).toMatchObject({ name: 'ZodError', code: 'error', message: fault });
    expect(describeThrown(new Error('not understood', { cause: error })).message).toBe(`not understood: ${fault}`);
    const all = z.array(z.number()).safeParse(['a', 'b', 'c', 'd', 'e', 'f', 'g']).error;
    expect(describeThrown(all).message).toMatch(/^0: .*; 4: [^;]*; 2 more$/);
    expect(describeThrown(z.number().safeParse('1').error).message).toBe(
      'Invalid input: expected number, received string',
    );
    const _zod = { value: { traits: new Set(['$ZodError']) } };
    const odd = (issues: unknown) => Object.create(z.core.$ZodError.prototype, { _zod, issues: { value: issues } });
    const parts = [Symbol('at'), { toString: trap }];
    expect(describeThrown(odd([{ path: parts }, null])).message).toBe(
      'Symbol(at).[object Object]: is not valid; is not valid',
    );
    expect(describeThrown(odd(new Proxy([1], { get: trap }))).message).toBe('[object Object]');
  });

  test('an error without a code has that of what caused it, and says it too', () => {
    const refused = Object.assign(new Error('connect 127.0.0.1:9'), { code: 'ECONNREFUSED' });
    const failed = new TypeError('fetch failed', { cause: refused });
    expect(describeThrown(failed)).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'fetch failed: connect 127.0.0.1:9',
    });
    const every = new TypeError('fetch failed', { cause: new AggregateError([new Error('first'), refused]) });
    expect(describeThrown(every)).toMatchObject({
      code: 'ECONNREFUSED',
      message: 'fetch failed: first; connect 127.0.0.1:9',
    });
    const outer = new Error('no charge', { cause: failed });
    expect(describeThrown(outer)).toMatchObject({ code: 'ECONNREFUSED', message: 'no charge: fetch failed' });
    expect(describeThrown(new AggregateError([refused], 'all')).code).toBe('ECONNREFUSED');
    const told = new Error('no charge: fetch failed', { cause: failed });
    expect(describeThrown(told).message).toBe('no charge: fetch failed');
  });

  test('an error with a code of its own says nothing of its cause, which may not be for senders', () => {
    const cause = Object.assign(new Error('the key k-1 is not valid'), { code: 'key-unknown' });
    const permanent = new PermanentError('refused', { code: 'charge-refused', cause });
    expect(describeThrown(permanent)).toMatchObject({ code: 'charge-refused', message: 'refused' });
  });

  test('its frames are those of its stack, whatever its message says', () => {
    const { stack } = describeThrown(new Error(`a\n${'b'.repeat(1e6)}`));
    expect(stack.length).toBeGreaterThan(2);
    expect(stack[0]).toContain('thrown.test.ts');
  });

  test('of our own errors those that no trying mends are failures at once, whoever threw them', () => {
    const ours = [
      new DocumentRefusedError('effects'),
      new SluiceError('invalid-result', 'too large'),
      new DuplicateKeyError('effects', ['name']),
      new SluiceError('transaction-over', 'late', { retryable: true }),
      new TransientError('met'),
      Object.assign(new Error('not ours'), { retryable: false }),
    ];
    expect(ours.map((error) => describeThrown(error).kind)).toEqual([
      'permanent',
      'permanent',
      'error',
      'error',
      'transient',
      'error',
    ]);
  });

  test('what our own errors ask for, also where their members are not what they should be', () => {
    expect(describeThrown(new PermanentError('no'))).toMatchObject({ kind: 'permanent', forSender: true });
    expect(describeThrown(new RetryLaterError(5)).retryLater).toEqual({ seconds: 5, counts: true });
    const odd = Object.assign(new RetryLaterError(5), { seconds: {}, counts: 'no' });
    expect(describeThrown(odd).retryLater).toEqual({ counts: true });
  });
});
