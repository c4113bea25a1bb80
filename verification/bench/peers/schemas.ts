import type { z } from 'zod';
import { MEETING, ORDINARY, TOGETHER } from '../harness/event-folder.ts';

const modules: Readonly<Record<string, () => Promise<{ default: { data: z.ZodType } }>>> = {
  [ORDINARY]: () => import('../events/entry.made.ts'),
  [MEETING]: () => import('../events/parts.taken.ts'),
  [TOGETHER]: () => import('../../../test/support/events/sample.taken.ts'),
};

/** The schema that Sluice's type has: all check the same. @throws Error for another type */
export async function schemaOf(type: string): Promise<z.ZodType> {
  const load = modules[type];
  if (!load) throw new Error(`there is no event file of ${type} here`);
  return (await load()).default.data;
}
