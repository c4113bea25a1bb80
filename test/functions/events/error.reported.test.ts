import { afterAll, describe, expect, test } from 'vitest';
import { testing } from '#sluice/testing';
import errorReported, { fingerprintOf, topFrames, withoutVariables } from '../../../functions/events/error.reported.ts';
import { cpuMs } from '../../support/cpu-time.ts';
import { schemaCases } from '../../support/schema-cases.ts';

schemaCases(errorReported, {
  accepted: [
    ['only name and message', { stack: undefined, page: undefined, release: undefined, userAgent: undefined }],
    ['an empty message', { message: '' }],
  ],
  refused: [
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['a message without end', { message: 'x'.repeat(2001) }],
    ['a stack without end', { stack: 'x'.repeat(16_001) }],
    ['a line number on its own', { line: 3 }],
  ],
});

describe('the fingerprint of an error', () => {
  test.each([
    ['Order 17 of 3 items not found', 'Order <n> of <n> items not found'],
    ['no user 3F2504E0-4F89-11D3-9A0C-0305E82C3301', 'no user <id>'],
    ['GET https://api.example.com/a?b=c failed', 'GET <url> failed'],
    ['chunk 8f3a1c77 at 0xDEADBEEF', 'chunk <hex> at <hex>'],
    ["reading 'price'", "reading 'price'"],
    ['facade of a decade', 'facade of a decade'],
    ['two\n  lines ', 'two lines'],
  ])('leaves out what differs each time: %s', (message, expected) => {
    expect(withoutVariables(message)).toBe(expected);
  });

  const v8 = [
    'TypeError: x is undefined',
    '    at renderCart (https://shop.example.com/assets/cart.8f3a1c.js:114:27)',
    '    at async Promise.all (index 0)',
    '    at https://shop.example.com/assets/app-77ab02ff.js?v=2:31:9',
    '    at new Store (webpack-internal:///./src/store.ts:3:1)',
    '    at deep (https://shop.example.com/assets/app.js:1:1)',
  ].join('\n');
  const firefox = [
    'renderCart@https://cdn.example.com/assets/cart.99bb11.js:7:1',
    '@https://cdn.example.com/assets/app-00aa11bb.js:8:1',
  ].join('\n');

  test('keeps the three innermost frames of Chrome and Node, without host, hash, line and column', () => {
    expect(topFrames(v8)).toEqual(['renderCart cart.js', '<anonymous> app.js', 'new Store store.ts']);
  });

  test('reads the frames of Firefox and Safari alike', () => {
    expect(topFrames(firefox)).toEqual(['renderCart cart.js', '<anonymous> app.js']);
  });

  test('stays with another release, line and number, and changes with name, message or function', async () => {
    const report = { name: 'TypeError', message: 'item 1 is gone', stack: 'a@https://x/app.js:1:1' };
    const same = { name: 'TypeError', message: 'item 22 is gone', stack: 'a@https://y/app.3e4f5a6b.js:9:9' };
    const fingerprint = await fingerprintOf(report);
    expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(await fingerprintOf(same)).toBe(fingerprint);
    expect(await fingerprintOf({ ...report, name: 'RangeError' })).not.toBe(fingerprint);
    expect(await fingerprintOf({ ...report, message: 'item 1 is late' })).not.toBe(fingerprint);
    expect(await fingerprintOf({ ...report, stack: 'b@https://x/app.js:1:1' })).not.toBe(fingerprint);
  });

  test.each([
    ['a stack of one endless line', { stack: `at ${'(a '.repeat(5000)}` }],
    ['a stack of colons and digits', { stack: `at ${':1'.repeat(8000)}x` }],
    ['a stack of digits', { stack: `@${':1'.repeat(10)}${'1'.repeat(15_900)}x` }],
    ['a file name of hyphens', { stack: `f@https://x/${'-a1'.repeat(5000)}:1:1` }],
    ['a message of hex digits', { message: 'a'.repeat(2000) }],
    ['a message of spaces', { message: `${' '.repeat(1999)}x` }],
  ])('takes no long time over %s', async (_, change) => {
    expect(await cpuMs(() => fingerprintOf({ name: 'E', message: '', ...change }))).toBeLessThan(1000);
  });
});

const world = testing([errorReported]);
afterAll(world.close);
const report = (change: object, recordedtime = '2026-11-23T12:00:00.000Z') => ({
  data: { ...errorReported.example, ...change },
  recordedtime,
});

describe('reported errors', () => {
  test('of one fault become one group: counted, with its first and last time and where it was last seen', async () => {
    const shop = world.tenant();
    const handled = await shop.handleBatch(errorReported, [
      report({ message: 'item 2 is gone', page: '/b', release: '2' }, '2026-11-23T13:00:00.000Z'),
      report({ message: 'item 1 is gone', page: '/a', release: '1' }, '2026-11-23T12:00:00.000Z'),
      report({ name: 'RangeError', message: 'item 1 is gone' }, '2026-11-23T12:30:00.000Z'),
    ]);
    const later = { name: 'TypeError', message: 'item 3 is gone', stack: errorReported.example.stack };
    await shop.handleBatch(errorReported, [{ data: later, recordedtime: '2026-11-24T01:00:00.000Z' }]);

    const groups = await shop.find('errorGroups', { sort: 'count' });
    expect(groups).toHaveLength(2);
    expect(groups[0]).toMatchObject({ name: 'RangeError', count: 1 });
    expect(groups[1]).toEqual({
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'TypeError',
      message: 'item 1 is gone',
      stack: errorReported.example.stack,
      count: 3,
      firstSeenAt: new Date('2026-11-23T12:00:00Z'),
      lastSeenAt: new Date('2026-11-24T01:00:00Z'),
      lastRelease: '2',
      lastPage: '/b',
    });
    const [rare, frequent] = groups;
    expect(handled.map((one) => 'result' in one && one.result)).toEqual([
      { group: frequent?.fingerprint },
      { group: frequent?.fingerprint },
      { group: rare?.fingerprint },
    ]);
    expect(await shop.redis.hash('error-rates', '2026-11-23')).toEqual({ 12: 2, 13: 1 });
  });

  test('without stack, page and release are taken too', async () => {
    const shop = world.tenant();
    await shop.handleBatch(errorReported, [{ data: { name: 'Error', message: '' } }]);
    expect(await shop.find('errorGroups')).toMatchObject([{ name: 'Error', message: '', count: 1 }]);
  });
});
