import type { LoadEvent } from '../core/catalogue.ts';
import { postFailures } from '../http/post-failures.ts';
import { replays } from '../http/replays.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Log } from '../sdk/log.ts';
import { deskPorts } from './desk-ports.ts';
import type { ConfigOf, Connected } from './functions/declaration.ts';
import type { replay } from './functions/replay.ts';
import { limitsOn } from './limits.ts';
import { connectRedis } from './redis.ts';

/** The failure desk, written, on the real drivers. Connections are made at first use. */
export const connectReplay =
  (load: LoadEvent) =>
  async (
    config: ConfigOf<typeof replay>,
    log: Log,
    metrics: Metrics,
    tracing?: Tracing,
  ): Promise<Connected<typeof replay>> => {
    const redis = connectRedis(config, log);
    const ports = await deskPorts(redis, config, load, { log, metrics, tracing });
    return { handlers: { ...postFailures(ports), ...replays(ports) }, limits: limitsOn(redis, config, log) };
  };
