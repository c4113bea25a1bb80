import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { z } from 'zod';
import { type Identity, localIdentity } from '../core/identity.ts';

/** What the authorizer says of a key; API Gateway hands it on as it is. Scopes are separated by spaces. */
const context = z.object({
  tenant: z.string().regex(/^[a-z0-9-]{1,64}$/),
  key: z.string().min(1),
  scopes: z.string().transform((text) => text.split(' ').filter((scope) => scope !== '')),
});

/**
 * Who calls: what the Lambda authorizer found, or the tenant `local` where no such authorizer stands before the route.
 * @throws ZodError when the authorizer answered something else; never falls back to another tenant then
 */
export function identityOf(event: APIGatewayProxyEventV2): Identity {
  const authorizer = 'authorizer' in event.requestContext ? event.requestContext.authorizer : undefined;
  if (typeof authorizer !== 'object' || authorizer === null || !('lambda' in authorizer)) return localIdentity;
  return context.parse(authorizer.lambda);
}
