/**
 * Which records of a batch failed, by what the function answered; as AWS reads it with ReportBatchItemFailures: null, an empty
 * answer and an empty or null list are success; a list that is none, an entry without `itemIdentifier` (also misspelt), an
 * empty or null one, or one that is not in the batch fail the whole batch.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * @param messageIds of the batch
 * @param answer of the function, after JSON
 * @returns ids of those that failed
 */
export function failedRecords(messageIds: readonly string[], answer: unknown): ReadonlySet<string> {
  const none: ReadonlySet<string> = new Set();
  const all: ReadonlySet<string> = new Set(messageIds);
  if (answer === null || answer === undefined) return none;
  if (typeof answer !== 'object' || Array.isArray(answer)) return all;
  const failures = 'batchItemFailures' in answer ? answer.batchItemFailures : undefined;
  if (failures === null || failures === undefined) return none;
  if (!Array.isArray(failures)) return all;
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id = identifierOf(failure);
    if (id === undefined || !all.has(id)) return all;
    failed.add(id);
  }
  return failed;
}

const identifierOf = (failure: unknown): string | undefined =>
  typeof failure === 'object' &&
  failure !== null &&
  'itemIdentifier' in failure &&
  typeof failure.itemIdentifier === 'string'
    ? failure.itemIdentifier
    : undefined;
