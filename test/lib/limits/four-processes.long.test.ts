import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngine, type TestEngine } from '../adapters/redis/engine.ts';

const caller = join(import.meta.dirname, '../../support/limited-caller.ts');

let engine: TestEngine;
beforeAll(async () => {
  engine = await openEngine();
});
afterAll(() => engine.stop());

it('four processes together never get more than burst + rate x time, and all of it', async () => {
  const callers = Array.from({ length: 4 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [caller, engine.url, engine.run, '4']);
    const told: { requests: number; events: number; from: number; to: number } = JSON.parse(stdout);
    return told;
  });
  const admitted = await Promise.all(callers);
  const seconds = (Math.max(...admitted.map(({ to }) => to)) - Math.min(...admitted.map(({ from }) => from))) / 1000;
  const sum = (of: 'requests' | 'events') => admitted.reduce((all, one) => all + one[of], 0);
  expect(sum('requests')).toBeLessThanOrEqual(500 + 50 * seconds);
  expect(sum('events')).toBeLessThanOrEqual(1000 + 100 * seconds);
  for (const { events } of admitted) expect(events).toBeLessThanOrEqual(400 + 40 * seconds);
  expect(sum('requests')).toBeGreaterThanOrEqual(500 + 50 * (seconds - 1));
  expect(sum('events')).toBeGreaterThanOrEqual(1000 + 100 * (seconds - 1));
});
