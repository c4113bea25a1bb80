import type { Log } from '../lib/sdk/log.ts';

/** A line as it was logged: `{ level: 'info', message: 'charged', details: { amount: 5 } }`. */
export interface LogLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** A log that keeps its lines in this list. */
export function logInto(lines: LogLine[]): Log {
  const at =
    (level: keyof Log) =>
    (message: string, details: Record<string, unknown> = {}) =>
      void lines.push({ level, message, details });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
