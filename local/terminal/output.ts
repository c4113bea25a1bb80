import { appendFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../lib/core/errors.ts';
import type { Log } from '../../lib/sdk/log.ts';
import type { LaunchMessage } from '../stack/launch.ts';
import { shortLine, sparing } from './log-lines.ts';

/** Tells whoever launched this process. @returns false when it was started by hand */
export const tell = (message: LaunchMessage): boolean => {
  if (!process.send) return false;
  process.send(message);
  return true;
};

/** Shows a line in the terminal. */
export const say = (line: string): void => {
  if (!tell({ kind: 'line', line })) console.log(line);
};

/** Everything that functions print is in this file; the terminal shows what a person should see. */
export const logFile = process.env.SLUICE_LOG_FILE ?? join(tmpdir(), `sluice-${process.pid}.log`);
const show = sparing(say, Date.now);

/** Makes the file, so that it is there when it is named, also before anything is logged. @throws the system's error when it cannot */
export const openLog = (): void => appendFileSync(logFile, '');

/** Removes the file if nothing was logged. */
export function closeLog(): void {
  if (statSync(logFile, { throwIfNoEntry: false })?.size === 0) rmSync(logFile, { force: true });
}

/** Takes in one line that a function wrote. */
export const output = (functionKey: string, line: string): void => {
  try {
    appendFileSync(logFile, `[${functionKey}] ${line}\n`);
  } catch (error) {
    // A full disk ends nothing that is in memory.
    show(`the log cannot be written: ${messageOf(error)}`);
  }
  const short = shortLine(functionKey, line);
  if (short !== undefined) show(short);
};

const entry = (level: string) => (message: string, details?: Record<string, unknown>) =>
  output('local', JSON.stringify({ level, message, ...details, error: { message: details?.error } }));

/** What the local stack itself has to say. */
export const backendLog: Log = { debug() {}, info: entry('INFO'), warn: entry('WARN'), error: entry('ERROR') };
