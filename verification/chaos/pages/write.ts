/**
 * `npm run docs:guarantees`: writes what the result files say into docs/results/chaos.md, and in short into docs/guarantees.md.
 * With `--check` it compares, and exits 1 where a document says something else.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readOptions } from '../../../deploy/command-line.ts';
import { readStanding, type Standing } from '../results.ts';
import { figures } from './figures.ts';
import { verdicts } from './verdicts.ts';

/** Each between `<!-- name: written by … -->` and `<!-- name: end -->`. */
const parts: readonly { path: string; name: string; written(standing: Standing): readonly string[] }[] = [
  { path: 'docs/guarantees.md', name: 'verdicts', written: verdicts },
  { path: 'docs/results/chaos.md', name: 'figures', written: figures },
];

const { values } = readOptions('npm run docs:guarantees', {
  options: { check: { type: 'boolean', default: false } },
});
const standing = await readStanding();
for (const { path, name, written } of parts) {
  const file = join(import.meta.dirname, '../../..', path);
  const [mark, end] = [`<!-- ${name}: written by \`npm run docs:guarantees\` -->\n`, `<!-- ${name}: end -->`];
  const text = await readFile(file, 'utf8');
  const [from, to] = [text.indexOf(mark), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${path} has lost the marks of what is written into it`);
  const wanted = `${text.slice(0, from)}${mark}\n${written(standing).join('\n')}\n\n${text.slice(to)}`;
  if (!values.check) await writeFile(file, wanted);
  else if (wanted !== text) {
    console.error(`${path} says something else than the result files: npm run docs:guarantees`);
    process.exitCode = 1;
  }
}
