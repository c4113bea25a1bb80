import { type NewKey, newKey, rotation } from '../lib/core/access/key-entry.ts';
import { scopes as allScopes, presets } from '../lib/core/access/scopes.ts';
import { ConfigError } from '../lib/core/errors.ts';
import type { KeyAsked } from './keys-command.ts';

/**
 * What `create` is asked for, as `POST /keys` would be: presets stand for their scopes, and `requests=5,events=100` for a rate.
 * @throws ConfigError that names what is wrong, of a stage's own rules too
 */
export function wantedKey(asked: KeyAsked, stage: string): NewKey {
  const { types, sources, rate, scopes, ...others } = asked;
  const wanted = {
    ...others,
    scopes: [...new Set(split(scopes).flatMap(scopesOf))],
    ...(types !== undefined && { types: split(types) }),
    ...(sources !== undefined && { sources: split(sources) }),
    ...(rate !== undefined && { rate: Object.fromEntries(split(rate).map(pairOf)) }),
  };
  return orFaults(newKey(stage).safeParse(wanted));
}

/** @returns seconds; those of `POST /keys/{id}/rotate` where nothing is said @throws ConfigError */
export const wantedOverlap = (overlap: string | undefined): number =>
  orFaults(rotation.safeParse(overlap === undefined ? {} : { overlap: numberIn(overlap) })).overlap;

const split = (list: string): string[] => list.split(',').map((word) => word.trim());

function scopesOf(word: string): readonly string[] {
  if (isPreset(word)) return presets[word];
  if (!allScopes.some((scope) => scope === word))
    throw new ConfigError(
      `--scopes: "${word}" is none; there are ${[...Object.keys(presets), ...allScopes].join(', ')}`,
    );
  return [word];
}
const isPreset = (word: string): word is keyof typeof presets => Object.hasOwn(presets, word);

function pairOf(text: string): [name: string, value: number] {
  const [name = '', value = ''] = text.split('=');
  return [name, numberIn(value)];
}

/** Nothing is no number, and not 0. */
const numberIn = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

type Parsed<Value> =
  | { success: true; data: Value }
  | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };

function orFaults<Value>(parsed: Parsed<Value>): Value {
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')} ${message}`.trim());
  throw new ConfigError(faults.join('; '));
}
