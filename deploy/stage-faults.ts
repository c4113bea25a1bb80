import type { z } from 'zod';
import { closeNames } from '../lib/core/close-names.ts';
import { keysOf, schemaAt, valueAt } from './schema-paths.ts';

/**
 * What is wrong with given values, each fault in a few words: the key, and what it must be or what may have been meant.
 * @param schema of strict objects and records
 */
export const faultLines = (schema: z.core.$ZodType, issues: readonly z.core.$ZodIssue[], given: unknown): string[] =>
  issues.flatMap((issue) => linesOf(schema, issue, given));

function linesOf(schema: z.core.$ZodType, issue: z.core.$ZodIssue, given: unknown): string[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => {
      const known = keysOf(schemaAt(schema, path));
      const all = path.length === 0 ? '' : `; ${path.join('.')} has ${known.join(', ')}`;
      return `${[...path, key].join('.')} is no setting of a stage${meant(key, known) || all}`;
    });
  const message = issue.code === 'invalid_key' ? issue.issues.map((one) => one.message).join(', ') : issue.message;
  if (path.length === 0) return [message];
  const isMissing = (valueAt(given, path) ?? null) === null;
  return [`${path.join('.')} ${isMissing ? 'is missing' : message}`];
}

/** `; did you mean a or b?`, or nothing. */
export function meant(name: string, known: readonly string[]): string {
  const close = closeNames(name, known);
  return close.length > 0 ? `; did you mean ${close.join(' or ')}?` : '';
}
