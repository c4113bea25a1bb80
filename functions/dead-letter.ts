import { connectDeadLetter, deadLetterVariables } from '../lib/adapters/connect-dead-letter.ts';
import { readConfig } from '../lib/config.ts';
import { recordFailures } from '../lib/dead-letter.ts';
import { lazy } from '../lib/lazy.ts';
import { createLogger } from '../lib/logger.ts';
import type { SqsBatchResponse, SqsRecord } from '../lib/sqs-batch.ts';

const ports = lazy(async () => connectDeadLetter(readConfig(deadLetterVariables), createLogger('dead-letter')));

/** Every letter of both dead-letter queues becomes a failure. */
export const handler = async (event: { Records: SqsRecord[] }): Promise<SqsBatchResponse> =>
  recordFailures(event.Records, await ports());
