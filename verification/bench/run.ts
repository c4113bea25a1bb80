/**
 * `npm run bench`: measures what is in the table of docs/performance.md, each figure a ratio of arms that take turns in one run. It ends with
 * 0 when everything was measured, whatever the figures are.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { progressOn } from '../../local/commands/demo/progress.ts';
import { endWithNpm } from '../../local/terminal/end-with-npm.ts';
import { watchCode } from '../chaos/tested-code.ts';
import type { Group } from './group.ts';
import { groups } from './groups.ts';
import { measure } from './measure.ts';
import { figuresOf, withFigures } from './page.ts';
import { printed } from './report.ts';

const SCRIPT = 'npm run bench';
const root = join(import.meta.dirname, '../..');
const PAGE = join(root, 'docs/performance.md');

interface Order {
  chosen: readonly Group[];
  size: 'full' | 'short';
  json: boolean;
  write: boolean;
}

function read(): Order {
  const { values, positionals } = readOptions(SCRIPT, {
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const { short, json, write } = values;
  const unknown = positionals.find((name) => groups.every((group) => group.name !== name));
  if (unknown !== undefined)
    return refuse(SCRIPT, `there are no rows ${unknown}, but ${groups.map(({ name }) => name).join(', ')}`);
  if (write && (short || positionals.length > 0)) return refuse(SCRIPT, '--write is for all rows at their full size');
  const asked = groups.filter(({ name, long }) =>
    positionals.length > 0 ? positionals.includes(name) : !(short && long),
  );
  return { chosen: asked, size: short ? 'short' : 'full', json, write };
}

async function main({ chosen, size, json, write }: Order): Promise<void> {
  const progress = progressOn(process.stderr);
  // A page names the commit that its figures are of.
  const code = write ? await watchCode(root) : undefined;
  const { engines, rows } = await measure(chosen, {
    size,
    progress: progress.show,
    ended(group, seconds) {
      progress.end();
      process.stderr.write(`${group}: ${seconds.toFixed(0)} s\n`);
    },
  });
  progress.end();
  const machine = `Node ${process.versions.node}, ${availableParallelism()} cores, ${process.platform} ${process.arch}`;
  console.log(
    json ? JSON.stringify({ engines, machine, size, rows }, null, 2) : `${engines}; ${machine}\n${printed(rows)}`,
  );
  if (!code) return;
  const { commit, uncommitted } = await code();
  const setting = {
    commit: `${commit.slice(0, 7)}${uncommitted ? ' and changes' : ''}`,
    day: new Date().toISOString().slice(0, 10),
    engines,
    machine,
  };
  await writeFile(PAGE, withFigures(await readFile(PAGE, 'utf8'), figuresOf(rows, setting)));
}

endWithNpm();
// Its arms and engines end with it, and its folders are removed as it exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
await main(read());
