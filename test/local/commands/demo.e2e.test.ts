import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from '../../../local/commands/demo/report.ts';

const folder = join(import.meta.dirname, '../../..');

test('the demo sends over a thousand events, finds each effect once, and says so to programs', async () => {
  const env = { ...process.env, SLUICE_ENGINES: 'embedded' };
  // A code other than 0 rejects.
  const { stdout } = await promisify(execFile)(process.execPath, ['local/commands/demo.ts', '--json'], {
    cwd: folder,
    env,
  });
  const report = JSON.parse(stdout) as Report;
  expect(report).toMatchObject({ ok: true, differences: [] });
  expect(report.events).toBeGreaterThanOrEqual(1000);
  expect(report.types['order.placed']).toMatchObject({ failed: 3, latency: { p50: expect.any(Number) } });
}, 90_000);
