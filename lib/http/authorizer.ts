import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Identity, localIdentity } from '../core/access/identity.ts';
import { identityIn } from '../core/access/identity-context.ts';
import { memberOf } from '../core/guarded.ts';
import { HttpProblem } from '../core/problem.ts';
import type { Log } from '../sdk/log.ts';

/**
 * Who calls: what the Lambda authorizer found; on an open stage, where nobody stood before the route, the tenant `local`.
 * @param open whether this is the stage of this machine, and asks for no key
 * @throws HttpProblem 401 when the event says it in any other form: IAM, a JWT, a context one level up
 */
export function identityOf(
  { requestContext, routeKey }: APIGatewayProxyEventV2,
  { open, log }: { open: boolean; log: Log },
): Identity {
  const authorizer = memberOf(requestContext, 'authorizer');
  if (authorizer === undefined && open) return localIdentity;
  const found = identityIn(memberOf(authorizer, 'lambda'));
  if (found) return found;
  log.error('a request came without an identity', {
    code: 'unauthenticated',
    routeKey,
    authorizer: kindOf(authorizer),
  });
  throw new HttpProblem('unauthenticated', 'no authorizer has said who asks; send Authorization: Bearer <key>', {
    headers: { 'www-authenticate': 'Bearer' },
  });
}

/** What stood before the route, in a word; what it said may be anybody's. */
function kindOf(authorizer: unknown): string {
  if (authorizer === undefined || authorizer === null) return 'none';
  return ['lambda', 'iam', 'jwt'].find((kind) => memberOf(authorizer, kind) !== undefined) ?? 'of another form';
}

/** What lines of a request say of who asks; nothing where no authorizer of ours has said it. */
export function callerOf({ requestContext }: APIGatewayProxyEventV2): { key_id?: string; key_name?: string } {
  const told = memberOf(memberOf(requestContext, 'authorizer'), 'lambda');
  const [id, name] = [memberOf(told, 'keyId'), memberOf(told, 'keyName')];
  return typeof id === 'string' && typeof name === 'string' ? { key_id: id, key_name: name } : {};
}
