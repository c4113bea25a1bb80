/**
 * `npm run new -- cart.abandoned [--ordered | --batch]`: writes an event type and its test, which hold as they are.
 * `npm run new -- --empty [--yes]`: takes the examples out, with their event types and tests.
 */
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { messageOf } from '../../lib/core/errors.ts';
import { SluiceError } from '../../lib/sdk/errors.ts';
import { examplesIn, takeOut } from './new/empty.ts';
import { addEventType } from './new/event-type.ts';

const USAGE = 'usage: npm run new -- <type> [--ordered | --batch] | npm run new -- --empty [--yes]';
const HELP = `${USAGE}

  <type>     lower-case words joined by dots: cart.abandoned
  --ordered  events of one id take effect in the order in which they were accepted
  --batch    many events are handled at a time
  --empty    takes the examples out: their event files, the tests of these, and what lies in examples/
  --yes      with --empty: does not ask`;

const options = {
  ordered: { type: 'boolean', default: false },
  batch: { type: 'boolean', default: false },
  empty: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @returns the exit code */
async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [type, ...more] = positionals;
  if (values.help) return said(HELP);
  if (values.empty && type === undefined && !values.ordered && !values.batch) return empty(values.yes);
  const wrong = type === undefined || more.length > 0 || values.empty || values.yes || (values.ordered && values.batch);
  if (wrong) return refused(USAGE);
  const written = await addEventType(type, values.ordered ? 'ordered' : values.batch ? 'batch' : 'plain');
  return said(
    `written, to be made yours:\n${lines(written)}\nnpm run check, npm test and npm start have it. docs/handlers.md says what a handler may rely on.`,
  );
}

async function empty(yes: boolean): Promise<number> {
  const paths = examplesIn();
  if (paths.length === 0) return said('there is no example to take out');
  if (!yes && !process.stdin.isTTY)
    return refused('--empty removes files; where nobody can be asked, say that it may: npm run new -- --empty --yes');
  if (!yes && !(await agreed(`This removes:\n${lines(paths)}\nRemove them? [y/N] `)))
    return refused('nothing was removed');
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
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const ofArguments = error instanceof TypeError && 'code' in error;
  if (!ofArguments && !(error instanceof SluiceError)) throw error;
  console.error(ofArguments ? `${messageOf(error).split('. ')[0]}; ${USAGE}` : messageOf(error));
  process.exitCode = 1;
}
