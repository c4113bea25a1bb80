/** `npm run new`: writes an event type, its test and its timeline, which hold as they are; or takes the examples out. */
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { readOptions, refuse } from '../../deploy/command-line.ts';
import { checkUnreleased, resetLock } from '../../deploy/released/release.ts';
import { messageOf } from '../../lib/core/errors.ts';
import { SluiceError } from '../../lib/sdk/errors.ts';
import { examplesIn, takeOut } from './new/empty.ts';
import { addEventType } from './new/event-type.ts';

const SCRIPT = 'npm run new';
const project = join(import.meta.dirname, '../..');

const options = {
  ordered: { type: 'boolean', default: false },
  batch: { type: 'boolean', default: false },
  empty: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
} as const;

/** @returns the exit code */
async function run(): Promise<number> {
  const { values, positionals } = readOptions(SCRIPT, { options, allowPositionals: true });
  const [type, ...more] = positionals;
  if (values.empty && type === undefined && !values.ordered && !values.batch) return empty(values.yes);
  const wrong = type === undefined || more.length > 0 || values.empty || values.yes || (values.ordered && values.batch);
  if (wrong) return refuse(SCRIPT, 'one type and its kind, or --empty');
  const written = await addEventType(type, values.ordered ? 'ordered' : values.batch ? 'batch' : 'plain');
  return said(
    `written, to be made yours:\n${lines(written)}\nnpm run check, npm test and npm start have it. docs/handlers.md says what a handler may rely on.`,
  );
}

async function empty(yes: boolean): Promise<number> {
  const paths = examplesIn();
  checkUnreleased(project);
  if (paths.length === 0) return said('there is no example to take out');
  if (!yes && !process.stdin.isTTY)
    return refused('--empty removes files; where nobody can be asked, say that it may: npm run new -- --empty --yes');
  if (!yes && !(await agreed(`This removes:\n${lines(paths)}\nRemove them? [y/N] `)))
    return refused('nothing was removed');
  resetLock(project);
  takeOut(paths);
  return said(`removed:\n${lines(paths)}\nnpm run new -- <type> adds an event type of yours.`);
}

async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

const lines = (paths: readonly string[]): string => paths.map((path) => `  ${path}`).join('\n');

function said(text: string): number {
  console.log(text);
  return 0;
}

function refused(text: string): number {
  console.error(text);
  return 1;
}

try {
  process.exitCode = await run();
} catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  process.exitCode = refused(messageOf(error));
}
