import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { isOpenStage } from '../core/config.ts';
import { callerOf } from '../http/authorizer.ts';
import { httpFunction } from '../http/http-function.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Log } from '../sdk/log.ts';
import { atStart } from './at-start.ts';
import { whileAwake } from './awake.ts';
import { readFunctionConfig } from './function-config.ts';
import type { ConfigOf, Connected, HttpFunction } from './functions/declaration.ts';
import { inInvocation } from './invocation.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { afterRest } from './rest.ts';
import { createTracing } from './tracing.ts';

/**
 * The Lambda handler of an HTTP function. Addresses are read when it starts, and handlers are made from them.
 * @param connect makes a handler for each route, and says how fast callers may be, on the real drivers
 * @throws ConfigError for stage local in Lambda
 */
export function httpHandler<const Declared extends HttpFunction>(
  { name, needs, routes, chargesItself }: Declared,
  connect: (
    config: ConfigOf<Declared>,
    log: Log,
    metrics: Metrics,
    tracing?: Tracing,
  ) => Connected<Declared> | Promise<Connected<Declared>>,
) {
  const heard = afterRest();
  const log = createLogger(name);
  const metrics = createMetrics(name, log);
  const tracing = createTracing(log);
  const connected = atStart(async () =>
    connect(await readFunctionConfig(needs, log), log, metrics, await tracing.load()),
  );
  const handlers = async () => (await connected()).handlers;
  const limits = async () => (await connected()).limits;
  const answer = httpFunction({ routes, handlers, limits, chargesItself, open: isOpenStage(), log });
  return (event: APIGatewayProxyEventV2, context: Context) => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    const answered = () => heard(() => metrics.during(() => tracing.during(() => answer(event, context), remainingMs)));
    return inInvocation(context, () => whileAwake(answered, remainingMs), callerOf(event));
  };
}
