import { invalid, missing, Refusal } from './refusal.ts';

/** The body of a request, AWS JSON 1.0. */
export type Body = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws Refusal MissingParameter */
export function textIn(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw missing(name);
  return value;
}

/** A whole number within bounds, undefined when absent. @throws Refusal InvalidParameterValue */
export function numberIn(body: Body, name: string, least: number, most: number): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    throw invalid(value, name, `Must be >= ${least} and <= ${most}, if provided.`);
  return value;
}

export const namesIn = (body: Body, name: string): string[] => {
  const value = body[name];
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
};

const MOST_ENTRIES = 10;

/**
 * Entries of a batch request, each with its id.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html (errors; alike for the other batches)
 * @throws Refusal EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct
 */
export function entriesIn(body: Body): { id: string; entry: Body }[] {
  const entries = Array.isArray(body.Entries) ? body.Entries.filter(isRecord) : [];
  if (entries.length === 0)
    throw new Refusal('EmptyBatchRequest', 'There should be at least one SendMessageBatchRequestEntry in the request.');
  if (entries.length > MOST_ENTRIES)
    throw new Refusal(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  const seen = new Set<string>();
  return entries.map((entry) => {
    const id = textIn(entry, 'Id');
    if (!/^[\w-]{1,80}$/.test(id))
      throw new Refusal(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    if (seen.has(id)) throw new Refusal('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    seen.add(id);
    return { id, entry };
  });
}

/** Runs one action for each entry; what it refuses is that entry's failure. */
export function forEach(
  entries: readonly { id: string; entry: Body }[],
  act: (entry: Body) => Readonly<Record<string, unknown>>,
): { Successful: unknown[]; Failed: unknown[] } {
  const answer: { Successful: unknown[]; Failed: unknown[] } = { Successful: [], Failed: [] };
  for (const { id, entry } of entries)
    try {
      answer.Successful.push({ Id: id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer.Failed.push(error.entry(id));
    }
  return answer;
}
