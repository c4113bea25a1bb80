import { DependencyError, messageOf, SettingsError } from '../core/errors.ts';
import { lazy } from '../core/lazy.ts';
import { checkSettings, settingsLine } from '../core/settings.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { type Env, plainNames, secretNames } from '../sdk/settings.ts';
import { type Refreshing, refreshed } from './refreshed.ts';

/**
 * The settings of an event type, for `context.env`.
 * @throws SettingsError when one is missing or does not fit, DependencyError when one cannot be read
 */
export type Settings = () => Promise<Env>;

interface SettingsOptions {
  /** The variables of plain settings. */
  given: ReadonlyMap<string, string>;
  secrets: Secrets;
  /** What a person does about those that are missing or wrong. */
  remedy(names: readonly string[]): string;
  /** Without it secrets are read once. */
  refreshing?: Refreshing;
}

/**
 * Reads and checks them when they are first asked for, and keeps them; what went wrong is not kept. Secrets are read again after some
 * minutes; what does not fit then, or cannot be read, leaves what was there (protocol: settings-before-the-run).
 */
export function createSettings(
  { type, env }: Pick<EventDefinition, 'type' | 'env'>,
  { given, secrets, remedy, refreshing }: SettingsOptions,
): Settings {
  const where = `functions/events/${type}.ts`;
  const [plain, secret] = [plainNames(env), secretNames(env)];

  async function stored(): Promise<ReadonlyMap<string, string>> {
    if (secret.length === 0) return new Map();
    try {
      return await secrets.read(secret);
    } catch (cause) {
      const line = `${where}: ${secret.join(', ')} cannot be read: ${messageOf(cause)}; the next batch tries again`;
      throw new DependencyError('parameter-store', line, { cause });
    }
  }

  const read = async (): Promise<Env> => {
    const own = [...given].filter(([name]) => plain.includes(name));
    const checked = checkSettings(env, new Map([...own, ...(await stored())]));
    if ('faults' in checked) throw new SettingsError(settingsLine(where, checked.faults, remedy));
    return checked.values;
  };
  const first = lazy(read);
  return secret.length > 0 && refreshing ? refreshed(first, read, refreshing) : first;
}
