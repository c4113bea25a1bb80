import type { Context } from 'aws-lambda';
import { bulkReplayVariables, connectBulkReplay } from '../lib/adapters/connect-bulk-replay.ts';
import { loadCatalogue } from '../lib/catalogue.ts';
import { readConfig } from '../lib/config.ts';
import { lazy } from '../lib/lazy.ts';
import { createLogger } from '../lib/logger.ts';
import { goOn } from '../lib/replay/go-on.ts';
import type { SqsBatchResponse, SqsRecord } from '../lib/sqs-batch.ts';
import { loadEvent } from './load-event.ts';

const log = createLogger('bulk-replay');

const ports = lazy(async () => {
  const config = readConfig([...bulkReplayVariables, 'EVENT_TYPES']);
  const catalogue = await loadCatalogue(config.EVENT_TYPES, loadEvent);
  return connectBulkReplay(config, catalogue, log);
});

/** Works off replays of many failures, one message each. */
export const handler = async (event: { Records: SqsRecord[] }, context: Context): Promise<SqsBatchResponse> =>
  goOn(event.Records, await ports(), () => context.getRemainingTimeInMillis());
