import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../lib/core/errors.ts';
import type { Log } from '../../lib/sdk/log.ts';
import type { LaunchMessage } from '../stack/launch.ts';
import { type Entry, entryOf } from './entry.ts';
import { happeningOf } from './happening.ts';
import { lineOf } from './line.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { printableJson } from './printable.ts';
import { repeatsOf } from './repeats.ts';
import { readTerminal } from './terminal.ts';

const FLUSH_MS = 1000;

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

const { show, colour } = readTerminal(process.env);
const repeats = repeatsOf((happening, count) => say(lineOf(happening, count, colour)), Date.now);
let file: LogFile | undefined;
let ended = false;
let fault: string | undefined;

/**
 * The file in which everything is that functions print; in the temporary folder where its own cannot be made. It is made with its first
 * line, or when it is asked for: a start that is killed before leaves none.
 * @returns its path @throws the system's error when there is none
 */
export const openLog = (): string => logFile().path;

export function closeLog(): void {
  repeats.end();
  file?.close();
  ended = true;
}

function logFile(): LogFile {
  if (file) return file;
  setInterval(repeats.flush, FLUSH_MS).unref();
  const temporary = join(tmpdir(), `sluice-${process.pid}.log`);
  try {
    file = openLogFile(process.env.SLUICE_LOG_FILE ?? temporary);
  } catch (error) {
    say(`the log is in the temporary folder: ${messageOf(error)}`);
    file = openLogFile(temporary);
  }
  return file;
}

function take(entry: Entry): void {
  try {
    if (!ended) logFile().write(printableJson(entry));
    fault = undefined;
  } catch (error) {
    // A full disk ends nothing that is in memory.
    const line = `the log cannot be written: ${messageOf(error)}`;
    if (line !== fault) say(line);
    fault = line;
  }
  const happening = happeningOf(entry, show);
  if (happening) repeats.take(happening);
}

/** Takes in one line that a function wrote. */
export const output = (functionKey: string, line: string, isFault: boolean): void =>
  take(entryOf(functionKey, line, isFault, new Date()));

const entry =
  (level: string) =>
  (message: string, details: Record<string, unknown> = {}) => {
    const { error, ...members } = details;
    const reason = error === undefined ? {} : { reason: messageOf(error) };
    take({ level, message, timestamp: new Date().toISOString(), ...members, ...reason, function: 'local' });
  };

/** What the local stack itself has to say. */
export const backendLog: Log = { debug() {}, info: entry('INFO'), warn: entry('WARN'), error: entry('ERROR') };
