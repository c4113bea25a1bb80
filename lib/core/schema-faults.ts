import { z } from 'zod';
import { isA, isList, memberOf, textOf } from './guarded.ts';

/** So many faults are told: what an answer of a service lacks, it may lack in each of a thousand items. */
const MOST_FAULTS = 5;
const LONGEST_PATH = 20;

/**
 * What a schema found wrong, in a line: `lines.0.price: Invalid input: expected number, received undefined`. The message of zod's own error
 * is the same as JSON over many lines.
 * @returns undefined for what no schema threw, or whose members throw when they are read
 */
export function schemaFaultsIn(thrown: unknown): string | undefined {
  const issues = isA(thrown, z.core.$ZodError) ? memberOf(thrown, 'issues') : undefined;
  try {
    return isList(issues) && issues.length > 0 ? told(issues) : undefined;
  } catch {
    return undefined;
  }
}

function told(issues: readonly unknown[]): string {
  const more = issues.length > MOST_FAULTS ? [`${issues.length - MOST_FAULTS} more`] : [];
  return [...issues.slice(0, MOST_FAULTS).map(faultIn), ...more].join('; ');
}

function faultIn(issue: unknown): string {
  const [path, message] = [memberOf(issue, 'path'), memberOf(issue, 'message')];
  const what = typeof message === 'string' ? message : 'is not valid';
  if (!isList(path) || path.length === 0) return what;
  return `${path.slice(0, LONGEST_PATH).map(textOf).join('.')}: ${what}`;
}
