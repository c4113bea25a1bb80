import type { Context } from 'aws-lambda';
import { loadCatalogue } from '../lib/core/catalogue.ts';
import { readConfig } from '../lib/core/config.ts';
import { lazy } from '../lib/core/lazy.ts';
import type { SqsBatchResponse, SqsRecord } from '../lib/core/sqs-batch.ts';
import { goOn } from '../lib/failures/replay/go-on.ts';
import { bulkReplayVariables, connectBulkReplay } from '../lib/wiring/bulk-replay.ts';
import { createLogger } from '../lib/wiring/logger.ts';
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
