import type { Catalogue } from '../catalogue.ts';
import type { Config } from '../config.ts';
import type { Log, QueueControl } from '../ports.ts';
import type { ManyPorts } from '../replay/many.ts';
import { connectReplay, replayVariables } from './connect-replay.ts';

export const bulkReplayVariables = replayVariables;

/** The ports of working off replays of many failures on the real drivers. Connections are made at first use. */
export const connectBulkReplay = (
  config: Config<(typeof bulkReplayVariables)[number]>,
  catalogue: Catalogue,
  log: Log,
): ManyPorts & { queue: QueueControl } => connectReplay(config, catalogue, log);
