import { refuse } from '../../deploy/command-line.ts';
import { table } from '../../deploy/table.ts';
import { type Check, isGood } from './checks.ts';

/** Address of a stage, without a slash behind it. The process ends with a line where it is none. */
export function addressIn(script: string, url: string | undefined): string {
  if (url === undefined || !URL.canParse(url) || !/^https?:\/\//.test(url))
    return refuse(script, '--url must be the address of a stage');
  return url.replace(/\/+$/, '');
}

/** The process ends with a line where it is no number of seconds. */
export function secondsIn(script: string, text: string): number {
  const seconds = Number(text);
  return seconds > 0 ? seconds : refuse(script, '--seconds must be a number of seconds');
}

/** Prints checks as a table, or for programs, and sets the code that the process ends with: 1 where one failed. */
export function report(checks: readonly Check[], json: boolean): void {
  const rows = checks.map(({ what, state, said, ms }) => [what, state, `${ms} ms`, said]);
  console.log(json ? JSON.stringify({ ok: isGood(checks), checks }, null, 2) : table(rows));
  process.exitCode = isGood(checks) ? 0 : 1;
}
