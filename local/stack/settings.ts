import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type EventFolder, eventFolder } from '../../deploy/event-folder.ts';
import { loadEventFolder, placed } from '../../deploy/event-types.ts';
import type { Catalogue } from '../../lib/core/catalogue.ts';
import { readSettings } from '../../lib/core/config.ts';
import { ConfigError, codeOf } from '../../lib/core/errors.ts';
import { consumerName } from '../../lib/core/names.ts';
import { checkSettings, setInEnvLocal, settingsLine } from '../../lib/core/settings.ts';

export interface LocalSettings {
  /** Variables of each function whose event type has settings, by its key: those that it declares, and where secrets are. */
  environments: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** One line for each event file whose settings are missing or do not fit; no value is in it. */
  lines: readonly string[];
}

/** A later one wins, and the shell over both. */
const FILES = ['.env', '.env.local'];
const remedy = (names: readonly string[]): string => `its events wait: ${setInEnvLocal(names)}`;

/** Those of the event files that are declared. @throws as localSettings, DefinitionError for an event file */
export const readLocalSettings = async (
  folder: string,
  shell: Readonly<Record<string, string | undefined>>,
): Promise<LocalSettings> => localSettings(await loadEventFolder(), eventFolder(), folder, shell);

/**
 * The settings of event types on this machine, from `.env`, `.env.local` and the shell.
 * @param folder the project
 * @param shell variables of this process
 * @throws ConfigError for a file that cannot be read
 */
export function localSettings(
  { entries }: Pick<Catalogue, 'entries'>,
  events: EventFolder,
  folder: string,
  shell: Readonly<Record<string, string | undefined>>,
): LocalSettings {
  const declaring = entries.map(({ definition }) => definition).filter(({ env }) => Object.keys(env).length > 0);
  if (declaring.length === 0) return { environments: {}, lines: [] };
  const sources = [...FILES.map((file) => variablesIn(join(folder, file))), shell];
  const read = declaring.map(({ type, env }) => {
    const given = new Map(sources.flatMap((source) => [...readSettings(Object.keys(env), source)]));
    const checked = checkSettings(env, given);
    const where = placed(`functions/events/${type}.ts`, events);
    return {
      environment: [consumerName(type), { ...Object.fromEntries(given), SECRETS_IN: 'environment' }] as const,
      lines: 'faults' in checked ? [settingsLine(where, checked.faults, remedy)] : [],
    };
  });
  return {
    environments: Object.fromEntries(read.map(({ environment }) => environment)),
    lines: read.flatMap(({ lines }) => lines),
  };
}

/** Some editors begin a file with it, and `parseEnv` takes it for a part of the first name. */
const BYTE_ORDER_MARK = /^\uFEFF/;

function variablesIn(path: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(path, 'utf8').replace(BYTE_ORDER_MARK, ''));
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return {};
    throw new ConfigError(`${path} cannot be read (${codeOf(cause)})`, { cause });
  }
}
