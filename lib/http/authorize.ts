import type { APIGatewayRequestAuthorizerEventV2, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import type { Refusal, Verdict } from '../access/verdict.ts';
import { contextOf } from '../core/access/identity-context.ts';
import { codeOf } from '../core/errors.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Log } from '../sdk/log.ts';

/** What the gateway is told: whether the request may go on, and who sends it. */
export type Authorization =
  | APIGatewaySimpleAuthorizerWithContextResult<Record<string, string>>
  | { isAuthorized: false };

/** What is looked at of the gateway's question. */
export type AuthorizerEvent = Pick<APIGatewayRequestAuthorizerEventV2, 'identitySource'> & {
  readonly requestContext?: { readonly requestId: string };
};
export type Authorize = (event: AuthorizerEvent) => Promise<Authorization>;

/** RFC 6750 section 2.1; the scheme is of any case (RFC 9110 section 11.1). */
const BEARER = /^Bearer +([\w-]{1,128})$/i;

/**
 * The Lambda authorizer of the HTTP API, payload format 2.0 with simple responses. What it says holds for every route, so scopes are
 * looked at behind it (docs/decisions/0029-keys-and-scopes.md).
 * @param lookUp throws where nobody can say who calls: the gateway answers 500 then, and remembers nothing
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export const authorizer =
  (lookUp: (text: string) => Promise<Verdict>, { log, metrics }: { log: Log; metrics: Metrics }): Authorize =>
  async ({ identitySource, requestContext }) => {
    const line = { api_request_id: requestContext?.requestId };
    const count = (verdict: Refusal | 'let in' | 'unknowable') => metrics.add('Verdicts', verdict, 1);
    const refused = (reason: Refusal, key?: string): Authorization => {
      count(reason);
      log.info('a key was refused', { reason, ...(key !== undefined && { key }), ...line });
      return { isAuthorized: false };
    };
    const [, text] = BEARER.exec(identitySource?.[0] ?? '') ?? [];
    if (text === undefined) return refused('malformed');
    try {
      const verdict = await lookUp(text);
      if ('refused' in verdict) return refused(verdict.refused, verdict.keyId);
      count('let in');
      return { isAuthorized: true, context: contextOf(verdict.identity) };
    } catch (error) {
      count('unknowable');
      log.warn('nobody can say who calls', { code: codeOf(error), error, ...line });
      throw error;
    }
  };
