import { messageOf } from '../../lib/core/errors.ts';
import { readData } from '../../lib/core/read-data.ts';
import type { EventDefinition } from '../../lib/sdk/definition.ts';
import { isRecord } from '../schema-paths.ts';

/** By what a type was ordered, told by what its function does: text of a function is written otherwise by each compiler. */
export interface Order {
  /** Data that it was given. */
  example: unknown;
  /** What it made of it. */
  key: string;
  /** Which parts of it make another key when they are otherwise: `/parcelId`. */
  by: readonly string[];
}

type Ordered = Pick<EventDefinition, 'data' | 'upcast' | 'orderedBy'>;

/** @param example valid data, of the form of now or of one before @returns undefined where the type is not ordered */
export function orderOf({ orderedBy, ...definition }: Ordered, example: unknown): Order | undefined {
  if (!orderedBy) return undefined;
  const keyOf = (value: unknown): string => {
    try {
      const parsed = readData(definition, value);
      return orderedBy(parsed.success ? parsed.data : value);
    } catch (error) {
      return `thrown: ${messageOf(error)}`;
    }
  };
  const key = keyOf(example);
  const by = variants(example).filter((one) => keyOf(one.value) !== key);
  return { example, key, by: by.map(({ path }) => path).toSorted() };
}

/** The value with one of its scalars changed, for each of them. */
function variants(value: unknown, path = ''): { path: string; value: unknown }[] {
  if (Array.isArray(value))
    return value.flatMap((one, at) =>
      variants(one, `${path}/${at}`).map((other) => ({ ...other, value: value.with(at, other.value) })),
    );
  if (isRecord(value))
    return Object.entries(value).flatMap(([key, one]) =>
      variants(one, `${path}/${key}`).map((other) => ({ ...other, value: { ...value, [key]: other.value } })),
    );
  return [{ path, value: changed(value) }];
}

function changed(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  return `${String(value)}~`;
}
