import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EventFolder } from '../../../deploy/event-folder.ts';
import { ConfigError, messageOf } from '../../../lib/core/errors.ts';

const ENDING = '.timeline.json';

/** What is seen of one event, without what differs from run to run. */
const seen = z.union([
  /** It was refused at the door, with this code. */
  z.strictObject({ refused: z.string() }),
  z.strictObject({
    /** What sending it was answered with, and what it came to. */
    statuses: z.array(z.string()),
    /** Outcome of each attempt, and the code of its error: `error: machine-broken`. */
    attempts: z.array(z.string()),
    result: z.unknown().optional(),
    rejection: z.string().optional(),
    failure: z.strictObject({ cause: z.string(), code: z.string() }).optional(),
  }),
]);
export type Seen = z.output<typeof seen>;

const step = z.strictObject({
  /** For people. */
  what: z.string().min(1),
  /** Documents that are put into collections before it. */
  given: z.record(z.string(), z.array(z.record(z.string(), z.json()))).optional(),
  /** That of the file unless said. */
  type: z.string().optional(),
  data: z.json(),
  seen,
});
export type Step = z.output<typeof step>;

/** @throws z.ZodError for what is none */
export const stepOf = (value: unknown): Step => step.parse(value);

/** By how much structures of projections change, by key: a number, numbers by field or member, or the members that are new. */
const changes = z.record(
  z.string(),
  z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number()), z.array(z.string())])),
);
export type Changes = z.output<typeof changes>;

const shape = z.strictObject({ steps: z.array(step).min(1), projections: changes.default({}) });

/** Events of a type one after another, and what is seen of them: the same on every stage. */
export interface Timeline extends z.output<typeof shape> {
  type: string;
}

/** The folder of the timelines of these event types: that of their tests. */
export const timelineFolder = ({ name }: Pick<EventFolder, 'name'>): string => `test/${name}`;

/** Its path from the project. */
export const timelinePath = (folder: Pick<EventFolder, 'name'>, type: string): string =>
  `${timelineFolder(folder)}/${type}${ENDING}`;

/**
 * Reads `<type>.timeline.json`, all that are in a folder.
 * @param folder from the project
 * @returns sorted by type; none where there is no such folder
 * @throws ConfigError that names file and place of what is no timeline
 */
export function timelinesIn(folder: string, project = join(import.meta.dirname, '../../..')): Timeline[] {
  const path = join(project, folder);
  if (!existsSync(path)) return [];
  const files = readdirSync(path).filter((name) => name.endsWith(ENDING));
  return files.toSorted().map((name) => {
    const type = name.slice(0, -ENDING.length);
    try {
      return { type, ...shape.parse(JSON.parse(readFileSync(join(path, name), 'utf8'))) };
    } catch (cause) {
      const [issue] = cause instanceof z.ZodError ? cause.issues : [];
      const what = issue ? `${issue.path.join('.')}: ${issue.message}` : messageOf(cause);
      throw new ConfigError(`${folder}/${name}: ${what}`, { cause });
    }
  });
}
