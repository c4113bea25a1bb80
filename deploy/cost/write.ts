/**
 * `npm run docs:cost`: writes what a million events and a month cost by list prices into docs/cost.md. With `--check` it compares, and
 * exits 1 where the document says something else.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { defineEvent } from '../../lib/sdk/define-event.ts';
import { readOptions } from '../command-line.ts';
import { costLines } from './page.ts';

const file = join(import.meta.dirname, '../../docs/cost.md');
const [mark, end] = ['<!-- cost: written by `npm run docs:cost` -->\n', '<!-- cost: end -->'];
const { values } = readOptions('npm run docs:cost', { options: { check: { type: 'boolean', default: false } } });

const sample = { summary: 'An event', data: z.strictObject({ id: z.string() }), example: { id: 'a' } };
const handle = async () => undefined;
const plain = defineEvent({ ...sample, type: 'some.event', handle });
const ordered = defineEvent({ ...sample, type: 'ordered.event', handle, orderedBy: ({ id }) => id });

const text = await readFile(file, 'utf8');
const [from, to] = [text.indexOf(mark), text.indexOf(end)];
if (from === -1 || to < from) throw new Error('docs/cost.md has lost the marks of what is written into it');
const wanted = `${text.slice(0, from)}${mark}\n${(await costLines(plain, ordered)).join('\n')}\n\n${text.slice(to)}`;
if (!values.check) await writeFile(file, wanted);
else if (wanted !== text) {
  console.error('docs/cost.md says something else than what is deployed: npm run docs:cost');
  process.exitCode = 1;
}
