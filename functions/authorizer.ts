import { connectAuthorizer } from '../lib/wiring/authorizer.ts';
import { authorizerHandler } from '../lib/wiring/authorizer-handler.ts';
import { authorizer } from '../lib/wiring/functions/authorizer.ts';

export const handler = authorizerHandler(authorizer, connectAuthorizer);
