import { z } from 'zod';
import type { EventTypeItem } from '../../../lib/http/api-documents/event-types.ts';
import { loadExamples } from '../demo/examples.ts';
import { invalidForms } from '../demo/invalid-forms.ts';

/** An event that fails, and the data with which it does not. */
export interface Broken {
  type: string;
  data: unknown;
  mended: unknown;
}

const broken = z.strictObject({ type: z.string().min(1), data: z.json(), mended: z.json() });

/** @throws TypeError, SyntaxError for a text that says no such event */
export function readBroken(text: string): Broken {
  const parsed = broken.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TypeError(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
}

/**
 * What an example of this project knows to fail on purpose.
 * @param types those of the stage
 * @returns undefined where none does
 * @throws LaunchError as loadExamples
 */
export async function brokenOfExamples(types: readonly string[]): Promise<Broken | undefined> {
  const { used } = await loadExamples(types);
  const [found] = used.flatMap(({ story }) => story?.broken?.() ?? []);
  return found && { type: found.event.event.type, data: found.event.event.data, mended: found.mended };
}

/** What a stage refuses of a type, whatever its schema makes of values: a field that is missing, or one too many; else a type that there is not. */
export function refusedOf({ type, schema, example }: EventTypeItem): { type: string; data: unknown; what: string } {
  const form = invalidForms(schema, example).find(({ what }) => /^with(out)? "/.test(what));
  return form ? { type, ...form } : { type: `${type}.unknown`, data: example, what: 'of a type that there is not' };
}
