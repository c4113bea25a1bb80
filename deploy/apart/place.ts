import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** Where in the project's own TypeScript something was thrown. */
export interface Place {
  /** As one names it: `functions/events/cart.abandoned.ts`. */
  file: string;
  /** `:12:3` */
  at: string;
}

/** The first place of the project in an error's stack; undefined where a package threw it, or nothing is known. */
export function placeOf(error: unknown): Place | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  const [, url, at] = /(file:\S+\.ts)(:\d+:\d+)/.exec(stack?.split(/node_modules/)[0] ?? '') ?? [];
  return url && at ? { file: relative(project, fileURLToPath(url)), at } : undefined;
}
