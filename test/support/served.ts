import { type Handlers, type HttpFunctionOptions, httpFunction } from '../../lib/http/http-function.ts';
import type { Log } from '../../lib/sdk/log.ts';
import { failures } from '../../lib/wiring/functions/failures.ts';
import { health } from '../../lib/wiring/functions/health.ts';
import { ingest } from '../../lib/wiring/functions/ingest.ts';
import { query } from '../../lib/wiring/functions/query.ts';
import { replay } from '../../lib/wiring/functions/replay.ts';
import { silentLog } from './log.ts';

const routes = { ...ingest.routes, ...query.routes, ...failures.routes, ...replay.routes, ...health.routes };

/** Handlers behind API Gateway, for whom the declarations of their routes say. */
export const served = <Key extends keyof typeof routes>(
  handlers: Handlers<Key>,
  log: Log = silentLog,
  charging: Pick<HttpFunctionOptions<Key>, 'limits' | 'chargesItself'> = {},
) => httpFunction<Key>({ routes, handlers: async () => handlers, open: true, log, ...charging });
