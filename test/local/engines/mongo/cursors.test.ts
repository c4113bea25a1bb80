import { Long } from 'mongodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Cursors } from '../../../../local/engines/mongo/cursors.ts';

/** Documents each of which takes 400 ms. */
function* slow(): Generator<{ n: number }> {
  for (let n = 0; n < 10; n++) {
    vi.setSystemTime(Date.now() + 400);
    yield { n };
  }
}

// https://www.mongodb.com/docs/manual/reference/method/cursor.maxTimeMS/
test('the time that the first batch took counts for those that follow', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const cursors = new Cursors(60_000);
  const { id } = cursors.open('db.slow', slow(), { batchSize: 1, timeLeftMs: 1000 });
  if (!Long.isLong(id)) throw new Error('there is a cursor');
  const more = () => cursors.more(id, 'db.slow', 3, undefined, undefined);
  expect(more).toThrow('time limit');
  expect(more).toThrow('not found');
});
