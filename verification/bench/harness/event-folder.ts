import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** Those of the benchmark, and that of the tests whose batches become few documents. */
const files = [
  ...readdirSync(join(root, 'verification/bench/events')).map((file) => `verification/bench/events/${file}`),
  'test/support/events/sample.taken.ts',
];

/** The ordinary handler again, of a type with a setting: its events are committed each by itself. */
export const ORDINARY = 'entry.made';
export const ALONE = 'entry.kept';
export const MEETING = 'parts.taken';
export const TOGETHER = 'sample.taken';

/** Names of copies of the ordinary type. */
export const copiesOf = (count: number): string[] => Array.from({ length: count }, (_, n) => `entry.copy${n + 1}`);

/** An event file under another name, with a setting where it is to have one. @throws Error when it says its name elsewhere */
function renamed(text: string, type: string, more = ''): string {
  const declared = `type: '${ORDINARY}',`;
  if (!text.includes(declared)) throw new Error(`the event file of ${ORDINARY} does not say its type as expected`);
  return text.replace(declared, `type: '${type}',${more}`);
}

/** Puts the event types of the benchmark in the place of those that a copy of the project has. @param more as addEvents */
export function putEvents(project: string, face: string, more: readonly string[] = []): void {
  rmSync(join(project, 'functions/events'), { recursive: true, force: true });
  addEvents(project, face, more);
}

/**
 * Puts the event types of the benchmark beside those that a copy of the project has.
 * @param face what event files import there
 * @param copies of the ordinary type, by name, for rows about the number of types
 */
export function addEvents(project: string, face: string, copies: readonly string[] = []): void {
  const folder = join(project, 'functions/events');
  mkdirSync(folder, { recursive: true });
  const put = (file: string, text: string) => writeFileSync(join(folder, file), text.replaceAll('#sluice', face));
  for (const file of files) put(file.slice(file.lastIndexOf('/') + 1), readFileSync(join(root, file), 'utf8'));
  const ordinary = readFileSync(join(root, `verification/bench/events/${ORDINARY}.ts`), 'utf8');
  for (const type of copies) put(`${type}.ts`, renamed(ordinary, type));
  // Earlier code knows no settings, and has no type with one.
  if (face === '#sluice')
    put(`${ALONE}.ts`, renamed(ordinary, ALONE, "\n  env: { BENCH_SHELF: z.string().default('first') },"));
}
