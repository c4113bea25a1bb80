import { RUN_MEMBERS } from '../lib/core/log-fields.ts';
import type { Log } from '../lib/sdk/log.ts';

/** A line as it was logged: `{ level: 'info', message: 'charged', details: { amount: 5 } }`. */
export interface LogLine {
  readonly level: keyof Log;
  readonly message: string;
  /** Without what Sluice puts into each line of a run: whose it is (docs/logs.md). */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines in this list, but for the one that says the outcome, which a test has as a value. */
export function logInto(lines: LogLine[]): Log {
  const at =
    (level: keyof Log) =>
    (message: string, details: Record<string, unknown> = {}): void => {
      if (message === 'settled' && 'outcome' in details && 'attempts' in details) return;
      const own = Object.entries(details).filter(([name]) => !RUN_MEMBERS.has(name));
      lines.push({ level, message, details: Object.fromEntries(own) });
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
