import type * as z from 'zod';
import type { Marks } from '../sdk/sensitive-marks.ts';
import { boundedText } from './bounded-text.ts';
import { itemsOf, textOf } from './guarded.ts';
import { pathOutside } from './masking.ts';
import { MAX_FAULTS } from './problem.ts';
import { redactionOf } from './redaction.ts';

/** What is wrong with data: where, outermost first, and what. */
export interface DataFault {
  readonly path: readonly PropertyKey[];
  readonly detail: string;
}

const LONGEST_DETAIL = 300;

/**
 * What a schema finds wrong with data, as many faults as an answer lists. None quotes a sensitive value: of what is wrong inside of one it
 * is said what the schema asks for, and elsewhere words of the schema's author are masked.
 * @param data as it was sent
 */
export function dataFaults(error: z.ZodError, marks: Marks | undefined, data: unknown): DataFault[] {
  const bounded = redactionOf(marks, data) ?? boundedText;
  const faultOf = (path: readonly PropertyKey[], detail: string, issue: z.core.$ZodIssue): DataFault => {
    const outside = pathOutside(marks, path);
    if (outside.sensitive) return { path: outside.path, detail: askedBy(issue) };
    // A place, too, may be made of data by who wrote the schema.
    const shown = path.map((part) => (typeof part === 'string' ? bounded(part, LONGEST_DETAIL) : part));
    return { path: marks ? shown : path, detail: bounded(detail, LONGEST_DETAIL) };
  };
  return error.issues
    .slice(0, MAX_FAULTS)
    .flatMap((issue) => {
      const path = partsOf(issue.path);
      if (issue.code !== 'unrecognized_keys') return [faultOf(path, textOf(issue.message), issue)];
      return partsOf(issue.keys, MAX_FAULTS).map((key) => faultOf([...path, key], 'unknown field', issue));
    })
    .slice(0, MAX_FAULTS);
}

/** Deeper than data may be: the author of a schema may name any place, by anything. */
const DEEPEST = 100;

const partsOf = (parts: unknown, most = DEEPEST): PropertyKey[] =>
  itemsOf(parts, most).items.map((part) =>
    typeof part === 'number' || typeof part === 'symbol' ? part : textOf(part),
  );

/** In words that come of the schema alone. */
function askedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'invalid_format':
      return `does not have the form ${issue.format}`;
    case 'too_small':
      return `is under the least, ${issue.minimum}`;
    case 'too_big':
      return `is over the most, ${issue.maximum}`;
    default:
      return 'is not valid';
  }
}
