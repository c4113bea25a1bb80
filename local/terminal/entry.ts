/** One line of the log file (docs/logs.md). */
export interface Entry extends Readonly<Record<string, unknown>> {
  readonly level: string;
  readonly message: string;
  /** The key of the function that said it; `local` for the stack itself. */
  readonly function: string;
  /** RFC 3339. */
  readonly timestamp: string;
}

/**
 * What a function wrote, as an entry of the log.
 * @param line Powertools' JSON, or anything: then it is the message; metrics become a line that a terminal does not show
 * @param isFault said on standard error, where what is no entry is a warning
 * @param now for a line that says no time
 */
export function entryOf(functionKey: string, line: string, isFault: boolean, now: Date): Entry {
  const plain = { level: isFault ? 'WARN' : 'INFO', message: line };
  const { level, message, timestamp, ...members }: Record<string, unknown> = parsed(line) ?? plain;
  return {
    level: String(level),
    message: typeof message === 'string' ? message : JSON.stringify(message),
    timestamp: typeof timestamp === 'string' ? timestamp : now.toISOString(),
    ...members,
    function: functionKey,
  };
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value)) return undefined;
    if ('_aws' in value) return metricsIn(value);
    return 'level' in value && 'message' in value ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Their values, without what tells CloudWatch how to read them. */
const metricsIn = ({ _aws, ...values }: Record<string, unknown>): Record<string, unknown> => ({
  ...values,
  level: 'DEBUG',
  message: 'metrics',
});

/** An object or an array. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
