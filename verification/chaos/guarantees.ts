/** `npm run docs:guarantees`: writes what the result files say into docs/guarantees.md. With `--check` it compares, and exits 1 where the document says something else. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokenIn, type Ended } from './experiment.ts';
import { experiments } from './experiments.ts';
import { folderOf, type Result, readResults } from './results.ts';

const DOCUMENT = join(import.meta.dirname, '../../docs/guarantees.md');
const BEGIN = '<!-- figures: written by `npm run docs:guarantees` -->\n';
const END = '<!-- figures: end -->';

const text = await readFile(DOCUMENT, 'utf8');
const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
if (begin === -1 || end < begin) throw new Error('docs/guarantees.md has lost the marks of what is written into it');
const found = [await readResults(folderOf(false)), await readResults(folderOf(true))];
/** Of each experiment that has run, in their order: its results on one set of engines beside those on another. */
const runs = experiments
  .map(({ name }) => found.flatMap((results) => results.get(name) ?? []))
  .filter((results) => results.length > 0);
const written = text.slice(0, begin + BEGIN.length) + figuresOf(runs) + text.slice(end);
if (!process.argv.includes('--check')) await writeFile(DOCUMENT, written);
else if (written !== text) {
  console.error('docs/guarantees.md says something else than the result files: npm run docs:guarantees');
  process.exitCode = 1;
}

function figuresOf(groups: readonly (readonly Result[])[]): string {
  const results = groups.flat();
  if (results.length === 0) return '\nThe experiments have not been run in full on this code yet: `npm run chaos`.\n\n';
  const lines = [
    '',
    '| experiment | promises | control: the naive way |',
    '|---|---|---|',
    ...groups.flatMap(([one]) =>
      one ? row([`**${one.name}**: ${one.shows}`, one.promises.join(' '), one.control]) : [],
    ),
    '',
    '| experiment | ran on | verdict | Sluice: what broke | control: what broke, per seed |',
    '|---|---|---|---|---|',
    ...results.map((result) =>
      row([
        result.name,
        enginesOf(result),
        result.verdict,
        result.sluice.map(brokenText).join('; '),
        result.controls.map((one) => `${one.seed}: ${brokenText(one)}`).join('; '),
      ]),
    ),
    '',
    ...machines(results),
    '',
    ...groups.flatMap(measuredIn),
    '### Not yet seen on mongod',
    '',
    ...unseen(results),
    '',
  ];
  return lines.join('\n');
}

/** What was measured besides: a line for each figure, a column for each set of engines. */
function measuredIn(results: readonly Result[]): string[] {
  const columns = results.flatMap((result) => result.sluice.map((one) => ({ result, one })));
  const names = new Set(columns.flatMap(({ one }) => Object.keys(one.figures)));
  return [
    `### ${results[0]?.name}`,
    '',
    row(['figure', ...columns.map(({ result, one }) => `${enginesOf(result)}; seed ${one.seed}`)]),
    row(['---', ...columns.map(() => '---')]),
    ...[...names].map((name) => row([name, ...columns.map(({ one }) => String(one.figures[name] ?? ''))])),
    '',
  ];
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function brokenText(one: Ended): string {
  return brokenIn(one).join(', ') || 'nothing';
}

function enginesOf({ sluice }: Result): string {
  const { mongodb, redis, sqs } = sluice[0]?.engines ?? {};
  return [mongodb && `MongoDB ${mongodb}`, redis && `Redis ${redis.replace(/^redis /, '')}`, sqs && `SQS ${sqs}`]
    .filter(Boolean)
    .join(', ');
}

function machines(results: readonly Result[]): string[] {
  const kinds = new Set(
    results.map(({ machine: { node, cores, platform } }) => `Node ${node}, ${cores} cores, ${platform}`),
  );
  const last = results.map(({ endedAt }) => endedAt.slice(0, 10)).toSorted();
  return [
    `Measured on ${[...kinds].join('; ')}, ${last.at(0)} to ${last.at(-1)}; each result with its seeds and the hash of its sources: \`docs/results/chaos/\`.`,
    'Of code that has changed since, `npm run chaos` tells what the results no longer show: it runs those experiments again.',
  ];
}

/** Whatever has only run on the embedded MongoDB is said to have run there alone. */
function unseen(results: readonly Result[]): string[] {
  const touching = results.filter(({ sluice }) => sluice[0]?.engines.mongodb !== undefined);
  const seen = new Set(
    touching.filter(({ sluice }) => sluice[0]?.engines.mongodb !== 'embedded').map(({ name }) => name),
  );
  const names = [...new Set(touching.map(({ name }) => name))].filter((name) => !seen.has(name));
  if (names.length === 0) return ['Nothing: every experiment that touches MongoDB has run on one.'];
  return [
    `Only on the embedded MongoDB: ${names.join(', ')}. One command runs them on a real one (a replica set, 8.0 or newer):`,
    '',
    '```',
    'MONGODB_URI="mongodb://…" npm run chaos -- --real',
    '```',
  ];
}
