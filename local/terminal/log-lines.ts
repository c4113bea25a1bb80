/** How often the same line is shown at most. */
const REPEAT_MS = 1000;

/**
 * What a terminal shows of a line that a function printed: warnings and errors in one line, and whatever is no log entry;
 * `undefined` for the rest. All of it is in the log file.
 * @param line Powertools' JSON, or anything
 */
export function shortLine(functionKey: string, line: string): string | undefined {
  const entry = parse(line);
  if (!entry) return `[${functionKey}] ${line}`;
  if (entry.level !== 'WARN' && entry.level !== 'ERROR' && entry.level !== 'CRITICAL') return undefined;
  const cause = isRecord(entry.error) ? entry.error.message : entry.detail;
  return `[${functionKey}] ${entry.level} ${String(entry.message)}${typeof cause === 'string' ? `: ${cause}` : ''}`;
}

/** Passes a line on unless the same one was shown within a second: under load one fault prints hundreds. */
export function sparing(show: (line: string) => void, now: () => number): (line: string) => void {
  const shown = new Map<string, number>();
  return (line) => {
    const at = now();
    if (at - (shown.get(line) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
    if (shown.size > 1000) shown.clear();
    shown.set(line, at);
    show(line);
  };
}

function parse(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && 'level' in value && 'message' in value ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
