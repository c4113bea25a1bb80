import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { table } from '../../../deploy/table.ts';
import type { Check } from '../../../local/commands/checks.ts';
import { timelinesIn } from '../../../local/commands/timelines/timeline.ts';
import type { Deployed } from '../../../verification/artefact/deployed.ts';
import { emulatedBy } from '../../../verification/artefact/emulated-environment.ts';
import type { ColdStart } from '../../../verification/artefact/lambda.ts';
import { startOwnEnvironment } from '../../../verification/artefact/own-environment.ts';
import { type Packaged, packageStage } from '../../../verification/artefact/packaged.ts';
import { openStage, type StageOptions } from '../../../verification/artefact/stage.ts';
import { walk } from '../../../verification/artefact/walk.ts';
import { neutralTimelines } from '../../support/neutral-events.ts';

const { SLUICE_LAMBDA_EMULATOR: emulator, SLUICE_LAMBDA_OUTPUT: showOutput } = process.env;
/** The Runtime API of this project, or what SLUICE_LAMBDA_EMULATOR names: AWS's own emulator. */
const start = emulator ? emulatedBy(emulator) : startOwnEnvironment;
const timelines = timelinesIn(neutralTimelines);

let packaged: Packaged;
beforeAll(async () => {
  packaged = await packageStage();
});
afterAll(() => packaged?.remove());

/** Walks through a stage of its own. */
async function walked(
  spoiled?: StageOptions['spoiled'],
): Promise<{ checks: Check[]; coldStarts: readonly ColdStart[]; lines: string[] }> {
  const lines: string[] = [];
  const output = (name: string, line: string) => {
    lines.push(`${name}: ${line}`);
    if (showOutput) console.log(lines.at(-1));
  };
  const stage = await openStage({ packaged, start, output, ...(spoiled && { spoiled }) });
  try {
    const checks = await walk(stage, timelines);
    return { checks, coldStarts: stage.lambda.coldStarts, lines };
  } finally {
    await stage.close();
  }
}

const rowsOf = (checks: readonly Check[]) => checks.map(({ what, state, said }) => [what, state, said]);

test('what is packaged does what it is for, from ingest to replay, with the environment of its template', async () => {
  const { checks, coldStarts } = await walked();
  console.log(
    `under ${emulator ?? 'the Runtime API of this project'}\n${table(rowsOf(checks))}\n\n${coldStartTable(coldStarts)}`,
  );
  expect(rowsOf(checks).filter(([, state]) => state !== 'passed')).toEqual([]);
  expect(checks.length).toBeGreaterThan(30);
});

describe('a control fails', () => {
  const without =
    (name: RegExp, file: RegExp) =>
    (functionName: string, folder: string): void => {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => file.test(path));
      if (name.test(functionName)) for (const path of files) rmSync(join(folder, path));
    };
  const withoutVariable =
    (name: RegExp, variable: string) =>
    (deployed: Deployed): Deployed => ({
      ...deployed,
      functions: deployed.functions.map((one) => ({
        ...one,
        variables: Object.fromEntries(
          Object.entries(one.variables).filter(([key]) => !(name.test(one.name) && key === variable)),
        ),
      })),
    });

  test.each([
    [
      'whose zip is without the file of an event type',
      { unpacked: without(/-onJobRun$/, /job\.run-\w+\.mjs$/) },
      /onJobRun: .*job\.run/,
    ],
    [
      'whose zip is without a file that is loaded first',
      { unpacked: without(/-ingest$/, /chunk-\w+\.mjs$/) },
      /ingest: .*chunk/,
    ],
    [
      'whose template is without a variable',
      { deployed: withoutVariable(/-ingest$/, 'QUEUE_URL_PREFIX') },
      /ingest: .*QUEUE_URL_PREFIX is missing/,
    ],
  ])('%s', async (_, spoiled, said) => {
    const { checks, lines } = await walked(spoiled);
    const failed = checks.filter(({ state }) => state === 'failed');
    expect(failed).toHaveLength(1);
    // Whoever answers requests is asked again and again, and says why in its log alone.
    expect([failed[0]?.said, ...lines].join('\n')).toMatch(said);
  });
});

function coldStartTable(coldStarts: readonly ColdStart[]): string {
  const ms = (number: number | undefined) => (number === undefined ? '' : `${Math.round(number)} ms`);
  const rows = coldStarts.map(({ functionName, initMs, firstMs }) => [functionName, ms(initMs), ms(firstMs)]);
  return table([['cold start of', 'init', 'first invocation'], ...rows.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))]);
}
