/**
 * Writes what the suites show of the local engines into docs/local.md: `npm run docs:engines`.
 * With `--check` and the JSON reports of a run, it compares instead, and exits 1 where the document says something else.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readOptions } from '../../../deploy/command-line.ts';
import { claimsIn } from './report.ts';
import { claimsAsMarkdown } from './table.ts';

const DOCUMENT = join(import.meta.dirname, '../../../docs/local.md');
const BEGIN = '<!-- engines: written by `npm run docs:engines` -->\n';
const END = '<!-- engines: end -->';

const { values, positionals } = readOptions('npm run docs:engines', {
  options: { check: { type: 'boolean' } },
  allowPositionals: true,
});
const reports = positionals.length > 0 ? await readAll(positionals) : await runSuites();
const text = await readFile(DOCUMENT, 'utf8');
const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
if (begin === -1 || end < begin) throw new Error('docs/local.md has lost the marks of what is written into it');
const written = text.slice(0, begin + BEGIN.length) + claimsAsMarkdown(claimsIn(reports)) + text.slice(end);

if (!values.check) await writeFile(DOCUMENT, written);
else if (versionless(written) !== versionless(text)) {
  console.error('docs/local.md says something else of the engines than their suites: npm run docs:engines');
  process.exitCode = 1;
}

/** Another patch of the same server is no reason to write the document anew. */
function versionless(markdown: string): string {
  return markdown.replaceAll(/(?<= on [\w-]+ )\d[\d.]*/g, '');
}

function readAll(files: readonly string[]): Promise<string[]> {
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}

/** Both ways of running the engines' suites: on the embedded ones, and on the servers that are named or found. */
async function runSuites(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-claims-'));
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const files = ['test', 'found'].map((mode) => {
    const file = join(folder, `${mode}.json`);
    const args = [vitest, 'run', '--mode', mode, '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`];
    spawnSync(process.execPath, [...args, 'test/local'], { stdio: 'inherit' });
    return file;
  });
  try {
    return await readAll(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
