import { expect } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { runProgram } from '../../support/program.ts';

/** `npm run engine` with these arguments. */
export const engine = (...args: string[]) => runProgram(['local/commands/engine.ts', ...args]);

/** Starts one on a free port. @returns the run, and the address that its line names */
export async function startEngine(name: string, ...options: string[]) {
  const run = engine(name, '--port', '0', ...options);
  await eventually(() => expect(run.printed.out).toContain('\n'));
  const [address = ''] = /\w+:\/\/127\.0\.0\.1:\d+\S*/.exec(run.printed.out) ?? [];
  return { ...run, address };
}

/** One line said what it is, and Ctrl-C ends it at once, without a word. */
export async function endsInPeace({ child, printed, ended }: Awaited<ReturnType<typeof startEngine>>): Promise<void> {
  expect(printed.out).toMatch(/^.+ in memory, nothing kept; not for production; .+docs\/local\.md.+\n$/);
  child.kill('SIGINT');
  expect((await ended)[0]).toBe(0);
  expect(printed.err).toBe('');
}
