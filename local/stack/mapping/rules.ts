/** What a mapping is declared with. */
export interface MappingBounds {
  queueArn: string;
  /** 1-10,000; of a FIFO queue at most 10. */
  batchSize: number;
  /** Seconds, 0-300; at least 1 where batches are over 10, none on a FIFO queue. */
  batchWindow: number;
  /** Most invocations at a time, 2-1,000. */
  concurrency: number;
}

const inRange = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/**
 * Refuses what AWS refuses when a mapping is created.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html
 * https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html (BatchSize, MaximumBatchingWindowInSeconds, ScalingConfig)
 * @throws Error InvalidParameterValueException
 */
export function refuseMapping({ queueArn, batchSize, batchWindow, concurrency }: MappingBounds): void {
  const refuse = (reason: string) => new Error(`InvalidParameterValueException: ${queueArn}: ${reason}`);
  const fifo = queueArn.endsWith('.fifo');
  if (!inRange(batchSize, 1, fifo ? 10 : 10_000)) throw refuse(`Batch size must be from 1 to ${fifo ? 10 : 10_000}.`);
  if (!inRange(batchWindow, 0, 300)) throw refuse('Maximum batch window in seconds must be from 0 to 300.');
  if (fifo && batchWindow > 0) throw refuse('Batching window is not supported for FIFO queues.');
  if (batchSize > 10 && batchWindow === 0)
    throw refuse('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10.');
  if (!inRange(concurrency, 2, 1000)) throw refuse('Maximum concurrency must be from 2 to 1000.');
}
