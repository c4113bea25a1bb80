import type { CatalogueEntry } from '../../lib/core/catalogue.ts';

/** An event that can be sent as it stands. */
export interface ExampleEvent {
  type: string;
  example: unknown;
}

type Entry = Pick<CatalogueEntry, 'ordered'> & {
  definition: ExampleEvent & { queue: { batchSize: number; batchWindow: number } };
};

/** The body of a request that sends it. */
export const textOf = ({ type, example }: ExampleEvent): string => JSON.stringify({ type, data: example });

/** The example that is the shortest to read; undefined where there is none. */
export const shortestOf = <Example extends ExampleEvent>(examples: readonly Example[]): Example | undefined =>
  examples.toSorted((one, other) => textOf(one).length - textOf(other).length)[0];

/** The example that is settled the soonest: nothing waits for others, in a batch or in a group. */
export function soonestOf(entries: readonly Entry[]): ExampleEvent | undefined {
  const waits = ({ ordered, definition }: Entry) => definition.queue.batchWindow + (ordered ? 1 : 0);
  const least = Math.min(...entries.map(waits));
  return shortestOf(entries.filter((entry) => waits(entry) === least).map(({ definition }) => definition));
}

/** The examples of which most are settled in a time: of types that take the most at a time, and in any order if one does. */
export function manyOf(entries: readonly Entry[]): ExampleEvent[] {
  const unordered = entries.filter(({ ordered }) => !ordered);
  const eligible = unordered.length > 0 ? unordered : entries;
  const most = Math.max(...eligible.map(({ definition }) => definition.queue.batchSize));
  return eligible.map(({ definition }) => definition).filter(({ queue }) => queue.batchSize === most);
}
