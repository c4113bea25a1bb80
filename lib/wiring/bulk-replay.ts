import type { Catalogue } from '../core/catalogue.ts';
import type { Config } from '../core/config.ts';
import type { ManyPorts } from '../failures/replay/many.ts';
import type { QueueControl } from '../ports/queue-control.ts';
import type { Log } from '../sdk/log.ts';
import { connectReplay, replayVariables } from './replay.ts';

export const bulkReplayVariables = replayVariables;

/** The ports of working off replays of many failures on the real drivers. Connections are made at first use. */
export const connectBulkReplay = (
  config: Config<(typeof bulkReplayVariables)[number]>,
  catalogue: Catalogue,
  log: Log,
): ManyPorts & { queue: QueueControl } => connectReplay(config, catalogue, log);
