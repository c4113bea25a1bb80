import type { Bounded } from '../core/bounded-text.ts';
import { dataFaults } from '../core/data-faults.ts';
import { pointer } from '../core/json/pointer.ts';
import { pathOutside } from '../core/masking.ts';
import type { Fault } from '../core/problem.ts';
import { quickSchema } from '../core/quick-schema.ts';
import { readData } from '../core/read-data.ts';
import { redactionOf } from '../core/redaction.ts';
import { describeThrown } from '../core/thrown.ts';
import type { EventDefinition } from '../sdk/definition.ts';
import { throwingPath } from './throwing-path.ts';

/**
 * Names that no field may have under any schema: zod's records and loose objects drop the one without a word, and MongoDB's driver takes
 * an object with the other for a value of BSON.
 */
const refused: readonly string[] = ['__proto__', '_bsontype'];

/** What the schema makes of data; or the faults, each with its place in the event, and what the schema threw, where it did. */
type Validated = { data: unknown } | { faults: Fault[]; cause?: unknown };

/** Which forms of data are taken: that of now alone, at the door; of what was accepted once, those before it too. */
export type Forms = 'now' | 'ever';

/**
 * Validates data against the schema of its type. Nothing that is said of it quotes a sensitive value.
 * @param definition its schema is synchronous; see https://zod.dev/basics
 */
export function validateData(
  definition: Pick<EventDefinition, 'data' | 'sensitive' | 'upcast'>,
  data: unknown,
  forms: Forms = 'now',
): Validated {
  const { data: schema, sensitive } = definition;
  try {
    const parsed = forms === 'now' ? quickSchema(schema).safeParse(data) : readData(definition, data);
    if (parsed.success) return { data: parsed.data };
    const faults = dataFaults(parsed.error, sensitive, data);
    return { faults: faults.map(({ path, detail }) => ({ pointer: pointer(['data', ...path]), detail })) };
  } catch (thrown) {
    // A transform or refinement that breaks on this data breaks on it whenever it is sent.
    const { path } = pathOutside(sensitive, throwingPath(schema, data));
    const fault = { pointer: pointer(['data', ...path]), detail: 'could not be checked' };
    return { faults: [fault], cause: sayable(thrown, redactionOf(sensitive, data)) };
  }
}

/** What was thrown about data, for a line of the log. @param redaction of that data; undefined: nothing of it is sensitive */
export const sayable = (thrown: unknown, redaction: Bounded | undefined): unknown =>
  redaction ? describeThrown(thrown, redaction) : thrown;

/** @returns the first field of data that no schema may let in, if there is one */
export function refusedName(data: unknown): Fault | undefined {
  const path = findKey(data, refused);
  return path && { pointer: pointer(['data', ...path]), detail: 'no field may have this name' };
}

/** @returns the path of the first own key of one of these names */
function findKey(value: unknown, keys: readonly string[]): PropertyKey[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const key = keys.find((one) => Object.hasOwn(value, one));
  if (key !== undefined) return [key];
  let place = 0;
  for (const inner of Object.values(value)) {
    const found = findKey(inner, keys);
    if (found) return [...Object.keys(value).slice(place, place + 1), ...found];
    place++;
  }
  return undefined;
}
