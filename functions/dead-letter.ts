import { readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import type { SqsBatchResponse, SqsRecord } from '../lib/core/sqs-batch.ts';
import { recordFailures } from '../lib/failures/dead-letter.ts';
import { connectDeadLetter, deadLetterVariables } from '../lib/wiring/dead-letter.ts';
import { createLogger } from '../lib/wiring/logger.ts';

const ports = lazy(async () => connectDeadLetter(readConfig(deadLetterVariables), createLogger('dead-letter')));

/** Every letter of both dead-letter queues becomes a failure. */
export const handler = async (event: { Records: SqsRecord[] }): Promise<SqsBatchResponse> =>
  recordFailures(event.Records, await ports());
