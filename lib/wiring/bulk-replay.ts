import type { LoadEvent } from '../core/catalogue.ts';
import { goOn } from '../failures/replay/go-on.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Log } from '../sdk/log.ts';
import { deskPorts } from './desk-ports.ts';
import type { bulkReplay } from './functions/bulk-replay.ts';
import type { ConfigOf } from './functions/declaration.ts';
import type { BatchHandler } from './queue-handler.ts';
import { connectRedis } from './redis.ts';

/** Works off replays of many failures on the real drivers. Connections are made at first use. */
export const connectBulkReplay =
  (load: LoadEvent) =>
  async (config: ConfigOf<typeof bulkReplay>, log: Log, metrics: Metrics, tracing?: Tracing): Promise<BatchHandler> => {
    const ports = await deskPorts(connectRedis(config, log), config, load, { log, metrics, tracing });
    return (records, remainingMs) => goOn(records, ports, remainingMs);
  };
