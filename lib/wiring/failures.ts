import { getFailures } from '../http/get-failures.ts';
import type { ConfigOf, HandlersOf } from './functions/declaration.ts';
import type { failures } from './functions/failures.ts';
import { connectMongo, failureQueriesOn } from './mongo.ts';

/** The failure desk, read, on the real driver. The connection is made at first use. */
export const connectFailures = (config: ConfigOf<typeof failures>): HandlersOf<typeof failures> =>
  getFailures(failureQueriesOn(connectMongo(config)));
