import type { z } from 'zod';
import { ConfigError } from '../lib/core/errors.ts';
import { isRecord, kindOf, leavesOf, schemaAt, withValueAt } from './schema-paths.ts';
import { meant } from './stage-faults.ts';

/** Names of settings of event types, which are told apart from Sluice's own by their letters. */
const OF_EVENT_TYPE = /^[A-Z][A-Z0-9_]*$/;

/**
 * Values of a stage with those of the command line in their place.
 * @param values of the stage's file
 * @param parameters each `name=text`, as `--param` takes them: a name is the way to a value with dots (`throttle.rate`), and a list has commas,
 * an empty one nothing
 * @throws ConfigError for a name that no stage has, or that has no value
 */
export const withParameters = (values: unknown, parameters: readonly string[], schema: z.core.$ZodType): unknown =>
  parameters.reduce((before, parameter) => {
    const at = parameter.indexOf('=');
    if (at < 0) throw new ConfigError(`--param ${parameter}: has no value; it is written ${parameter}=…`);
    const [name, text] = [parameter.slice(0, at), parameter.slice(at + 1)];
    const path = OF_EVENT_TYPE.test(name) ? ['settings', name] : name.split('.');
    const place = schemaAt(schema, path);
    if (!place || kindOf(place) === 'object' || kindOf(place) === 'record')
      throw new ConfigError(strange(name, schema));
    return withValueAt(before, path, parsed(text, kindOf(place)));
  }, values);

function strange(name: string, schema: z.core.$ZodType): string {
  const leaves = leavesOf(schema);
  const below = leaves.filter((leaf) => leaf.startsWith(`${name}.`));
  const why = below.length > 0 ? `; it has ${below.join(', ')}` : meant(name, leaves);
  return `--param ${name}: is no setting of a stage${why}`;
}

/** What does not fit stays a text, which the schema refuses. */
function parsed(text: string, kind: string): unknown {
  if (kind === 'array') return text.trim() === '' ? [] : text.split(',').map((one) => one.trim());
  if (kind === 'number') return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  if (kind === 'boolean') return text === 'true' || (text === 'false' ? false : text);
  return text;
}

/** A key without a value, as YAML has it, says nothing. */
export const withoutNulls = (given: unknown): unknown =>
  isRecord(given)
    ? Object.fromEntries(
        Object.entries(given).flatMap(([key, value]) => (value === null ? [] : [[key, withoutNulls(value)]])),
      )
    : given;
