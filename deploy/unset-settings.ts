import type { Catalogue } from '../lib/core/catalogue.ts';
import { readSettings } from '../lib/core/config.ts';
import { consumerName } from '../lib/core/names.ts';
import { checkSettings, settingsLine } from '../lib/core/settings.ts';
import { plainNames } from '../lib/sdk/settings.ts';
import { type EventFolder, eventFolder } from './event-folder.ts';
import { placed } from './event-types.ts';

/** Functions as they are packaged, as far as this asks. */
export type PackagedFunctions = Readonly<Record<string, { environment?: Readonly<Record<string, unknown>> }>>;

/**
 * Says which plain settings a stage gives no value, or one that does not fit. Of secrets nothing is known at home, nor of
 * what CloudFormation fills in.
 * @returns one line for each event file; no value is in it
 */
export function unsetSettings(
  { entries }: Pick<Catalogue, 'entries'>,
  functions: PackagedFunctions,
  folder: EventFolder = eventFolder(),
): string[] {
  return entries.flatMap(({ definition: { type, env } }) => {
    const variables = functions[consumerName(type)]?.environment ?? {};
    const texts = Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
    const known = plainNames(env).filter((name) => !texts[name]?.includes('{{resolve:'));
    const declared = Object.fromEntries(Object.entries(env).filter(([name]) => known.includes(name)));
    const checked = checkSettings(declared, readSettings(known, texts));
    if (!('faults' in checked)) return [];
    const next = (names: readonly string[]) =>
      `its events will wait: ${names.map((name) => `--param='${name}=…'`).join(' ')}, or settings of the stage, in deploy/stages/`;
    return placed(settingsLine(`functions/events/${type}.ts`, checked.faults, next), folder);
  });
}
