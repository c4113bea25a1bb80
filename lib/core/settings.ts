import type * as z from 'zod';
import { $ZodAsyncError } from 'zod/v4/core';
import { type Env, type SettingDeclaration, schemaOf } from '../sdk/settings.ts';

/** What is wrong with the value of a setting. */
export interface SettingFault {
  name: string;
  /** `is missing`; never with the value in it, nor with words of its schema, which may quote the value. */
  fault: string;
}

const MISSING = 'is missing';

/** https://zod.dev/packages/core#issue-types */
const faults: Readonly<Record<z.core.$ZodIssue['code'], string>> = {
  invalid_type: 'is of another type',
  too_big: 'is too long or too large',
  too_small: 'is too short or too small',
  invalid_format: 'is of another form',
  not_multiple_of: 'is no multiple of what it must be',
  unrecognized_keys: 'has parts that its schema does not know',
  invalid_union: 'fits no part of its schema',
  invalid_key: 'has a part of another name',
  invalid_element: 'has a part of another form',
  invalid_value: 'is none of the values that it may have',
  custom: 'breaks a rule of its schema',
};

/**
 * Checks the settings of an event type and makes of their text what handlers see.
 * @param env as the event file declares them
 * @param given their text; what is not there may still have a default
 * @returns frozen values, or every fault
 */
export function checkSettings(
  env: Readonly<Record<string, SettingDeclaration>>,
  given: ReadonlyMap<string, string>,
): { values: Env } | { faults: SettingFault[] } {
  const checked = Object.entries(env).map(([name, declared]) => ({
    name,
    ...check(schemaOf(declared), given.get(name)),
  }));
  const wrong = checked.flatMap(({ name, fault }) => (fault === undefined ? [] : [{ name, fault }]));
  if (wrong.length > 0) return { faults: wrong };
  return { values: Object.freeze(Object.fromEntries(checked.map(({ name, value }) => [name, value]))) };
}

function check(schema: z.ZodType, text: string | undefined): { value?: unknown; fault?: string } {
  try {
    const parsed = schema.safeParse(text);
    if (parsed.success) return { value: parsed.data };
    const code = parsed.error.issues[0]?.code;
    return { fault: text === undefined ? MISSING : ((code && faults[code]) ?? 'does not fit its schema') };
  } catch (error) {
    // What was thrown is not told: it may have the value in it.
    const asynchronous = error instanceof $ZodAsyncError;
    return { fault: asynchronous ? 'cannot be checked synchronously' : 'could not be checked: its schema threw' };
  }
}

/** What to do about settings on this machine: `set them in .env.local and start again`. */
export const setInEnvLocal = ({ length }: readonly string[]): string =>
  `set ${length === 1 ? 'it' : 'them'} in .env.local and start again`;

/**
 * One line for whoever has to mend it.
 * @param where the event file
 * @param next what to do about these names
 */
export function settingsLine(
  where: string,
  wrong: readonly SettingFault[],
  next: (names: readonly string[]) => string,
): string {
  const told = wrong.map(({ name, fault }) => `${name} ${fault}`).join(', ');
  return `${where}: ${told}; ${next(wrong.map(({ name }) => name))}`;
}
