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
 * Runs `examples/<name>/seed.ts` (`seed(options)`, done again at each start) of every example of whose event types, named in its
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
    .filter((path) => typesOf(`${dirname(path)}/event-types.json`, tell, root).some((type) => declared.includes(type)));

function typesOf(path: string, tell: Tell, root: string): string[] {
  try {
    return types.parse(JSON.parse(readFileSync(join(root, path), 'utf8')));
  } catch (error) {
    tell(`${path}: must be a JSON array of event types, so nothing of the example is seeded (${codeOf(error)})`);
    return [];
  }
}
