import type { LoadEvent } from '../core/catalogue.ts';
import { postFailures } from '../http/post-failures.ts';
import { replays } from '../http/replays.ts';
import type { Log } from '../sdk/log.ts';
import { deskPorts } from './desk-ports.ts';
import type { ConfigOf, HandlersOf } from './functions/declaration.ts';
import type { replay } from './functions/replay.ts';

/** The failure desk, written, on the real drivers. Connections are made at first use. */
export const connectReplay =
  (load: LoadEvent) =>
  async (config: ConfigOf<typeof replay>, log: Log): Promise<HandlersOf<typeof replay>> => {
    const ports = await deskPorts(config, load, log);
    return { ...postFailures(ports), ...replays(ports) };
  };
