import { expect, test } from 'vitest';
import type { Dependency } from '../../../../lib/core/errors.ts';
import { watchSilence } from '../../../../local/commands/demo/silence.ts';

/** Looks that see this, one after another; what was said after each. */
async function watched(...seen: (readonly Dependency[] | undefined)[]) {
  const said: string[] = [];
  const looks = seen.values();
  const over = Promise.withResolvers<void>();
  const sleep = async () => {
    said.push(silence.now());
    if (said.length === seen.length) {
      silence.stop();
      over.resolve();
    }
  };
  const silence = watchSilence(async () => looks.next().value, { now: () => 0, sleep });
  await over.promise;
  return { said, lines: silence.lines() };
}

test('entry 44: a demo says which dependency is silent while it is, and at the end', async () => {
  expect(await watched([], ['redis'], ['redis', 'sqs'], ['redis'], [])).toEqual({
    said: ['', ', silent: Redis', ', silent: Redis, SQS', ', silent: Redis', ''],
    lines: ['Redis did not serve the functions at 3 of 5 looks: GET /health called it down'],
  });
});

test('what the demo does to MongoDB for 3 s is no line at the end, nor is it that nobody answered', async () => {
  expect(await watched(['mongodb'], [], undefined, ['mongodb'])).toMatchObject({ lines: [] });
});
