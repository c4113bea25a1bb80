import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { messageOf } from '../../../lib/core/errors.ts';
import { LaunchError } from '../../stack/launch.ts';
import type { Example } from './example.ts';

const examplesFolder = join(import.meta.dirname, '../../../examples');

const aFunction = z.custom<() => unknown>((value) => typeof value === 'function', 'must be a function');
/** What an example must have at least; what it leaves out is not asked for. */
const shape = z.object({
  types: z.array(z.string()).min(1),
  journeys: aFunction,
  effects: z.object({ estimated: z.instanceof(Set), expected: aFunction, reader: aFunction }).optional(),
  story: z.object({ fresh: aFunction, broken: aFunction.optional() }).optional(),
});

export interface Examples {
  used: Example[];
  /** One line for each that is left out, and why. */
  leftOut: string[];
}

/**
 * Finds `examples/<name>/journeys.ts`.
 * @param declared the event types of the catalogue
 * @param folder absolute path; the project's own unless a test says otherwise
 * @throws LaunchError that names a file which cannot be loaded or exports something else
 */
export async function loadExamples(declared: readonly string[], folder = examplesFolder): Promise<Examples> {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const found: Examples = { used: [], leftOut: [] };
  for (const name of names) {
    const file = join(folder, name, 'journeys.ts');
    if (!existsSync(file)) continue;
    const example = await loadExample(file, `examples/${name}/journeys.ts`);
    const missing = example.types.filter((type) => !declared.includes(type));
    if (missing.length === 0) found.used.push(example);
    else found.leftOut.push(`examples/${name} is left out: ${missing.join(', ')} is not declared`);
  }
  return found;
}

async function loadExample(file: string, name: string): Promise<Example> {
  const module = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw new LaunchError(`${name} cannot be loaded: ${messageOf(cause).split('\n')[0]}`, { cause });
  });
  const checked = shape.safeParse(module.example);
  if (checked.success) return module.example as Example;
  const [issue] = checked.error.issues;
  throw new LaunchError(`${name}: ${['example', ...(issue?.path ?? [])].join('.')} ${issue?.message}`);
}
