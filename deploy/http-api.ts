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

/**
 * Who asked for what, and what became of it: the name of a key and never the key, no address, no query. `request_id` is
 * that of the function's own lines. Values that are absent are "-", and none has a quote in it.
 */
const line = {
  api_request_id: '$context.requestId',
  request_id: '$context.integration.requestId',
  timestamp: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  bytes: '$context.responseLength',
  tenant: '$context.authorizer.tenant',
  key: '$context.authorizer.keyId',
  key_name: '$context.authorizer.keyName',
  error: '$context.error.responseType',
};

/** The access log of the API. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html */
export const accessLogOf = (settings: Settings) => !isLocal(settings) && { format: JSON.stringify(line) };

/** The one route for anyone, and what the framework calls it. */
const HEALTH = { key: 'GET /health', logicalId: 'HttpApiRouteGetHealth' };

/**
 * What the framework does not write of the stage of the API: how much of it is let in at all.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export const apiStageOf = ({ throttle, healthThrottle }: Settings) => ({
  HttpApiStage: {
    Properties: {
      DefaultRouteSettings: limit(throttle),
      RouteSettings: { [HEALTH.key]: limit(healthThrottle) },
    },
    // Settings of a route that is not there yet are refused.
    DependsOn: [HEALTH.logicalId],
  },
});

const limit = ({ rate, burst }: Settings['throttle']) => ({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });
