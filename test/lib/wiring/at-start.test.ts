import { afterEach, expect, it, vi } from 'vitest';
import { atStart } from '../../../lib/wiring/at-start.ts';

afterEach(() => void vi.unstubAllEnvs());
const inLambda = () => vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'sluice-dev-ingest');

/** What fails so often before it succeeds, and how often it was tried. */
function made(faults = 0) {
  const seen = { tries: 0 };
  const make = async () => {
    if (++seen.tries <= faults) throw new Error(`fault ${seen.tries}`);
    return seen.tries;
  };
  return { seen, make };
}

it('what a function needs is begun when it starts in Lambda, and made once', async () => {
  inLambda();
  const { seen, make } = made();
  const ask = atStart(make);
  expect(seen.tries).toBe(1);
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
  expect(seen.tries).toBe(1);
});

it('elsewhere it is made when it is asked for', async () => {
  const { seen, make } = made();
  const ask = atStart(make);
  expect(seen.tries).toBe(0);
  expect(await ask()).toBe(1);
});

it('it fails no start, and whoever asks first hears nothing of what failed then, but of what fails now', async () => {
  inLambda();
  const { make } = made(2);
  const ask = atStart(make);
  await expect(ask()).rejects.toThrow('fault 2');
  expect(await ask()).toBe(3);
});
