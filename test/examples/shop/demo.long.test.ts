import { expect, test } from 'vitest';
import type { Report } from '../../../local/commands/demo/report.ts';
import { runProgram } from '../../support/program.ts';

test('on the shipped catalogue it tells the story, finds each effect once, and says so to programs', async () => {
  const { printed, ended } = runProgram(['local/commands/demo.ts', '--json'], { SLUICE_ENGINES: 'embedded' });
  expect([(await ended)[0], printed.err]).toEqual([0, expect.any(String)]);
  const report = JSON.parse(printed.out) as Report & { topProducts: unknown[] };
  expect(report).toMatchObject({ ok: true, differences: [], notes: [] });
  expect(report.types['order.placed']).toMatchObject({ failed: 4, latency: { p50: expect.any(Number) } });
  expect(report.total.retrying).toBe(0);
  expect(report.topProducts).toHaveLength(3);
  expect(report.story.map(({ title, proof }) => [title, proof !== ''])).toEqual([
    ['A consumer is killed in the middle of a batch', true],
    ['Messages are delivered again', true],
    ['MongoDB is away for 3 s', true],
    ['A failure is mended and replayed', true],
  ]);
  for (const { proof } of report.story) expect(proof).toContain('orders (MongoDB) +');
}, 180_000);
