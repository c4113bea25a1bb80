import { connectMongo } from '../adapters/mongo/client.ts';
import { mongoFailureQueries } from '../adapters/mongo/queries.ts';
import { mongoOptions } from '../core/config.ts';
import { getFailures } from '../http/get-failures.ts';
import type { ConfigOf, HandlersOf } from './functions/declaration.ts';
import type { failures } from './functions/failures.ts';

/** The failure desk, read, on the real driver. The connection is made at first use. */
export const connectFailures = (config: ConfigOf<typeof failures>): HandlersOf<typeof failures> =>
  getFailures(mongoFailureQueries(connectMongo(mongoOptions(config))));
