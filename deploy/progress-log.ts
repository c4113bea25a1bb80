import type { Log } from '../lib/sdk/log.ts';

/** For commands: what is logged, in words for people. @param say is given each line */
export function progressLog(say: (line: string) => void): Log {
  const line = (message: string, details: Record<string, unknown> = {}) =>
    say([message, ...Object.entries(details).map(([name, value]) => `${name} ${String(value)}`)].join(', '));
  return { debug: () => undefined, info: line, warn: line, error: line };
}
