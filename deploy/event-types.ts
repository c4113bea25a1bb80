import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadEvent } from '../functions/load-event.ts';
import { type Catalogue, type LoadEvent, loadCatalogue } from '../lib/core/catalogue.ts';
import type { EventDefinition } from '../lib/sdk/definition.ts';
import { DefinitionError } from '../lib/sdk/errors.ts';

const eventFolder = fileURLToPath(new URL('../functions/events/', import.meta.url));

/** For a person who sees that none is declared. */
export const NO_EVENT_TYPES =
  'no event type is declared; add one: write functions/events/<type>.ts (README.md, "An event type is one file")';

/**
 * The event types that a folder declares: one file each, its name the type.
 * @param folder absolute path; the shipped one unless a test says otherwise
 * @returns sorted types; none where the folder is empty, or is not there: Git keeps no empty folder
 * @throws DefinitionError when anything else lies in the folder
 */
export function eventTypes(folder = eventFolder): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).sort();
  const stranger = files.find((file) => !file.endsWith('.ts'));
  if (stranger) throw new DefinitionError(`functions/events/${stranger}: only event files (<type>.ts) lie here`);
  return files.map((file) => file.slice(0, -'.ts'.length));
}

/** Every definition in the folder. @throws DefinitionError naming the file that is wrong, an example that is no valid data included */
export async function loadEventFolder(folder = eventFolder, load: LoadEvent = loadEvent): Promise<Catalogue> {
  const catalogue = await loadCatalogue(eventTypes(folder), load);
  for (const { definition } of catalogue.entries) checkExample(definition);
  return catalogue;
}

/** Documents, the demo and newcomers take examples at their word. */
function checkExample({ type, data, example }: EventDefinition): void {
  const parsed = data.safeParse(example);
  if (parsed.success) return;
  const faults = parsed.error.issues.map(({ path, message }) => `${['example', ...path].join('.')} ${message}`);
  throw new DefinitionError(`functions/events/${type}.ts: ${faults.join('; ')}`);
}
