import { globSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { codeOf, messageOf } from '../../lib/core/errors.ts';
import { DefinitionError } from '../../lib/sdk/errors.ts';

export interface SeedOptions {
  /** Of a database whose collections are set up. */
  mongoUri: string;
  database: string;
  /** The event types that are declared. */
  types: readonly string[];
}
type Tell = (line: string) => void;

const project = join(import.meta.dirname, '../..');
const types = z.array(z.string());

/**
 * Runs `examples/<name>/seed.ts` (`seed(options)`, done again at each start, so it changes nothing that is there) of every example of whose event types, named in its
 * `event-types.json`, one is declared at least. The others are not even loaded.
 * @param tell hears of an example that does not say whose it is, and is passed over
 * @param root the project
 * @throws DefinitionError naming a seed that cannot be loaded or fails
 */
export async function sow(options: SeedOptions, tell: Tell, root: string = project): Promise<void> {
  for (const path of seedsFor(options.types, tell, root)) {
    try {
      const { seed } = (await import(/* @vite-ignore */ pathToFileURL(join(root, path)).href)) as {
        seed(options: SeedOptions): Promise<void>;
      };
      await seed(options);
    } catch (cause) {
      throw new DefinitionError(`${path}: ${messageOf(cause)}`, { cause });
    }
  }
}

/** Paths from the project of the seeds that these event types need. */
const seedsFor = (declared: readonly string[], tell: Tell, root: string): string[] =>
  globSync('examples/*/seed.ts', { cwd: root })
    .map((path) => path.split(sep).join('/'))
    .sort()
    .filter((path) => isFor(declared, dirname(path), tell, root));

function isFor(declared: readonly string[], example: string, tell: Tell, root: string): boolean {
  try {
    return typesOfExample(example, root).some((type) => declared.includes(type));
  } catch (error) {
    tell(`${messageOf(error)}; nothing of this example is seeded`);
    return false;
  }
}

/**
 * The event types that belong to an example.
 * @param example its folder from the project: `examples/<name>`
 * @throws DefinitionError when it does not name them
 */
export function typesOfExample(example: string, root: string = project): string[] {
  const path = `${example}/event-types.json`;
  try {
    return types.parse(JSON.parse(readFileSync(join(root, path), 'utf8')));
  } catch (cause) {
    throw new DefinitionError(`${path} must be a JSON array of event types (${codeOf(cause)})`, { cause });
  }
}
