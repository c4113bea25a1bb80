import { type Authorize, authorizer as authorizerOn } from '../http/authorize.ts';
import type { Log } from '../sdk/log.ts';
import { connectLookUp } from './access.ts';
import type { authorizer } from './functions/authorizer.ts';
import type { ConfigOf } from './functions/declaration.ts';

/** Who calls, on the real drivers. Connections are made at first use. */
export const connectAuthorizer = (config: ConfigOf<typeof authorizer>, log: Log): Authorize =>
  authorizerOn(connectLookUp(config, log), log);
