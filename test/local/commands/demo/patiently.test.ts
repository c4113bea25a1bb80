import { expect, test } from 'vitest';
import { DependencyError } from '../../../../lib/core/errors.ts';
import { patiently } from '../../../../local/commands/demo/patiently.ts';

test('what may be tried again is, until it succeeds', async () => {
  let tries = 0;
  const answer = await patiently(async () => {
    tries++;
    if (tries < 3) throw new DependencyError('redis', 'no answer');
    return 'there';
  });
  expect([answer, tries]).toEqual(['there', 3]);
});

test('anything else is thrown at once', async () => {
  let tries = 0;
  const attempt = async () => {
    tries++;
    throw new Error('broken');
  };
  await expect(patiently(attempt)).rejects.toThrow('broken');
  expect(tries).toBe(1);
});

test('an abort ends the trying with its reason', async () => {
  const aborted = new AbortController();
  const attempt = async () => {
    aborted.abort(new Error('interrupted'));
    throw new DependencyError('redis', 'no answer');
  };
  await expect(patiently(attempt, aborted.signal)).rejects.toThrow('interrupted');
});
