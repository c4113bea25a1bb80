import type * as z from 'zod';

/** A fault may quote what was sent. */
const LONGEST = 200;

/** The first of what a schema finds wrong. @returns where, outermost first, and in a sentence what */
export function firstFault({ issues: [issue] }: z.ZodError): { where: PropertyKey[]; what: string } {
  const { path: where = [], message = 'is malformed' } = issue ?? {};
  return { where, what: message.slice(0, LONGEST).toWellFormed() };
}
