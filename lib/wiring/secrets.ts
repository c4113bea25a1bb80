import { secretsOptions } from '../core/adapter-options.ts';
import type { Config } from '../core/config.ts';
import { lazy } from '../core/lazy.ts';
import { setInEnvLocal } from '../core/settings.ts';
import type { Secrets } from '../ports/secrets.ts';
import { keepAwake } from './awake.ts';

/**
 * Where the secrets of an event type are: in the Parameter Store, whose driver is loaded at the first read, or on this
 * machine in the environment itself.
 * @param given the variables of its settings: of a secret the name of its parameter, or the value
 */
export function secretsOn(config: Config<'secrets'>, given: ReadonlyMap<string, string>): Secrets {
  if (config.SECRETS_IN === 'environment')
    return { read: async (names) => new Map([...given].filter(([name]) => names.includes(name))) };
  const store = lazy(async () => {
    const { parameterStore } = await import('../adapters/ssm/parameter-store.ts');
    return parameterStore({ ...secretsOptions(config), parameters: given });
  });
  const read: Secrets['read'] = async (names) => (await store()).read(names);
  return { read: (names) => keepAwake(read(names)) };
}

/**
 * What a person does about settings that are missing or wrong, in the words of where they are.
 * @param parameters of secrets, by name
 */
export function remedyIn(
  { SECRETS_IN }: Config<'secrets'>,
  secrets: readonly string[],
  given: ReadonlyMap<string, string>,
): (names: readonly string[]) => string {
  if (SECRETS_IN === 'environment') return setInEnvLocal;
  const remedy = (name: string): string =>
    secrets.includes(name)
      ? `store the SecureString ${given.get(name) ?? name}`
      : `deploy with a value of the parameter ${name}`;
  return (names) => names.map(remedy).join(', ');
}
