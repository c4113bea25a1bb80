import type { APIGatewayRequestAuthorizerEventV2, Context } from 'aws-lambda';
import { isOpenStage } from '../core/config.ts';
import type { Authorize } from '../http/authorize.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Log } from '../sdk/log.ts';
import { atStart } from './at-start.ts';
import { whileAwake } from './awake.ts';
import { readFunctionConfig } from './function-config.ts';
import type { AuthorizerFunction, ConfigOf } from './functions/declaration.ts';
import { inInvocation } from './invocation.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { afterRest } from './rest.ts';
import { thrownPlainly } from './thrown-plainly.ts';

/**
 * The Lambda handler of the authorizer. Addresses are read when it starts; connections are made for its first request.
 * @param connect makes what says who calls, on the real drivers
 * @throws ConfigError for stage local in Lambda
 */
export function authorizerHandler<const Declared extends AuthorizerFunction>(
  { name, needs }: Declared,
  connect: (config: ConfigOf<Declared>, log: Log, metrics: Metrics) => Authorize,
) {
  isOpenStage();
  const heard = afterRest();
  const log = createLogger(name);
  const metrics = createMetrics(name, log);
  const authorize = atStart(async () => connect(await readFunctionConfig(needs, log), log, metrics));
  return (event: APIGatewayRequestAuthorizerEventV2, context: Context) =>
    thrownPlainly(() =>
      inInvocation(context, () =>
        whileAwake(
          () => heard(() => metrics.during(async () => (await authorize())(event))),
          () => context.getRemainingTimeInMillis(),
        ),
      ),
    );
}
