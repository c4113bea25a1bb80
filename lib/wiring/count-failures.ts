import { countOpenFailures } from '../failures/count-open.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Log } from '../sdk/log.ts';
import type { countFailures } from './functions/count-failures.ts';
import type { ConfigOf } from './functions/declaration.ts';
import { connectMongo, openFailuresOn } from './mongo.ts';

/** Counts open failures on the real driver. The connection is made at first use. */
export const connectCountFailures = (
  config: ConfigOf<typeof countFailures>,
  log: Log,
  metrics: Metrics,
): (() => Promise<void>) => {
  const ports = { open: openFailuresOn(connectMongo(config)), metrics, log };
  return () => countOpenFailures(config.EVENT_TYPES, ports);
};
