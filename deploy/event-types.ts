import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadEvent } from '../functions/load-event.ts';
import { type Catalogue, type LoadEvent, loadCatalogue } from '../lib/core/catalogue.ts';
import { messageOf } from '../lib/core/errors.ts';
import type { EventDefinition } from '../lib/sdk/definition.ts';
import { DefinitionError } from '../lib/sdk/errors.ts';
import { commonFolder, type EventFolder, eventFolder, isLeftByTools } from './event-folder.ts';

/** For a person who sees that none is declared. */
export const NO_EVENT_TYPES =
  'no event type is declared; add one: npm run new -- <type> (README.md, "An event type is one file")';

/**
 * The event types that a folder declares: one file each, its name the type. What editors and systems leave there is passed over.
 * @returns sorted types; none where the folder is empty, or is not there: Git keeps no empty folder
 * @throws DefinitionError when anything else lies in the folder, ConfigError as eventFolder
 */
export function eventTypes({ name, path }: Pick<EventFolder, 'name' | 'path'> = eventFolder()): string[] {
  if (!existsSync(path)) return [];
  const files = readdirSync(path)
    .filter((file) => !isLeftByTools(file))
    .sort();
  const stranger = files.find((file) => !file.endsWith('.ts'));
  if (stranger) {
    const common = commonFolder({ name });
    throw new DefinitionError(
      `${name}/${stranger}: only event files (<type>.ts) lie here; what they share lies in ${common}/`,
    );
  }
  return files.map((file) => file.slice(0, -'.ts'.length));
}

/**
 * Every definition in the folder.
 * @throws DefinitionError naming the file that is wrong, an example that is no valid data included; ConfigError as eventFolder
 */
export async function loadEventFolder(
  folder: EventFolder = eventFolder(),
  load: LoadEvent = loaderOf(folder),
): Promise<Catalogue> {
  try {
    const catalogue = await loadCatalogue(eventTypes(folder), load);
    for (const { definition } of catalogue.entries) checkExample(definition);
    return catalogue;
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    throw new DefinitionError(placed(error.message, folder), { cause: error.cause });
  }
}

/** What is deployed loads the shipped folder by functions/load-event.ts, of which a build makes one of another folder. */
export const loaderOf = ({ path, shipped }: EventFolder): LoadEvent =>
  shipped ? loadEvent : (type) => import(/* @vite-ignore */ pathToFileURL(join(path, `${type}.ts`)).href);

/** The message with the folder in which the file lies: an event file does not know where it is, and takes it for the shipped one. */
export const placed = (message: string, { name }: EventFolder): string =>
  message.replaceAll('functions/events/', `${name}/`);

/** What throws over its own example would throw at the door. */
function checked<Value>(type: string, check: () => Value): Value {
  try {
    return check();
  } catch (cause) {
    const message = `functions/events/${type}.ts: data throws when its example is checked: ${messageOf(cause)}`;
    throw new DefinitionError(message, { cause });
  }
}

/** Documents, the demo and newcomers take examples at their word. */
function checkExample({ type, data, example }: EventDefinition): void {
  const parsed = checked(type, () => data.safeParse(example));
  if (parsed.success) return;
  const faults = parsed.error.issues.map(({ path, message }) => `${['example', ...path].join('.')} ${message}`);
  throw new DefinitionError(`functions/events/${type}.ts: ${faults.join('; ')}`);
}
