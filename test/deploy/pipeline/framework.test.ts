import { expect, test } from 'vitest';
import { ask, ours, run } from '../../../deploy/pipeline/framework.ts';
import { ConfigError } from '../../../lib/core/errors.ts';

test('what a program says is read whole, wherever its pieces end', async () => {
  // One byte first, so that a piece of a pipe's size ends within a character.
  const said = await ask(ours('-e', "process.stdout.write('.' + 'ü€'.repeat(200_000))"));
  expect(said === `.${'ü€'.repeat(200_000)}`).toBe(true);
});

test.each([
  ['ask', ask],
  ['run', run],
] as const)('%s says in one line which program is not there', async (_, start) => {
  const missing = await start(['no-such-program', 'cloudformation']).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(missing).toBeInstanceOf(ConfigError);
  expect(missing).toHaveProperty('message', 'no-such-program cannot be started (ENOENT): is it installed?');
});

test('a program that ends badly is named with what it said', async () => {
  await expect(ask(ours('-e', 'console.error("why"); process.exit(3)'))).rejects.toThrow(/why$/);
});
