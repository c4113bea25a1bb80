import { authorizer } from '../lib/wiring/functions/authorizer.ts';
import { functionKey } from './names.ts';
import { isLocal, type Settings } from './settings.ts';

/** Of the one that stands before every route but those for anyone. */
export const AUTHORIZER = 'keys';

/**
 * The authorizer as serverless.yml writes it. A request without a key never reaches it. What it says is remembered by key, for all
 * routes alike. On stage local the gateway of this machine asks the function itself.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export const authorizersOf = (settings: Settings) =>
  isLocal(settings)
    ? {}
    : {
        [AUTHORIZER]: {
          type: 'request',
          functionName: functionKey(authorizer.name),
          payloadVersion: '2.0',
          enableSimpleResponses: true,
          identitySource: ['$request.header.Authorization'],
          resultTtlInSeconds: settings.authorizerTtl,
        },
      };

/** Who asked for what, and what became of it: the name of a key and never the key, no address, no query. */
const line = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  tenant: '$context.authorizer.tenant',
  keyId: '$context.authorizer.keyId',
  keyName: '$context.authorizer.keyName',
  error: '$context.error.message',
  authorizerError: '$context.authorizer.error',
};

/** The access log of the API. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
export const accessLogOf = (settings: Settings) => !isLocal(settings) && { format: JSON.stringify(line) };

/** What anybody may ask without a key is asked by load balancers and people, a few times a second. */
const OPEN_ROUTE = { key: 'GET /health', logicalId: 'HttpApiRouteGetHealth', rate: 10, burst: 20 };

/**
 * What the framework does not write of the stage of the API: how much of it is let in at all.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export const apiStageOf = ({ throttle }: Settings) => ({
  HttpApiStage: {
    Properties: {
      DefaultRouteSettings: { ThrottlingRateLimit: throttle.rate, ThrottlingBurstLimit: throttle.burst },
      RouteSettings: {
        [OPEN_ROUTE.key]: { ThrottlingRateLimit: OPEN_ROUTE.rate, ThrottlingBurstLimit: OPEN_ROUTE.burst },
      },
    },
    // Settings of a route that is not there yet are refused.
    DependsOn: [OPEN_ROUTE.logicalId],
  },
});
