import type { Context } from 'aws-lambda';
import { isOpenStage } from '../core/config.ts';
import { lazy } from '../core/lazy.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Log } from '../sdk/log.ts';
import { whileAwake } from './awake.ts';
import { functionConfig } from './function-config.ts';
import type { ConfigOf, ScheduledFunction } from './functions/declaration.ts';
import { inInvocation } from './invocation.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { afterRest } from './rest.ts';
import { thrownPlainly } from './thrown-plainly.ts';

/**
 * The Lambda handler of a function that runs by the clock. Addresses are read when it starts, and connections are made for its first run.
 * @param connect makes what is done at each run, on the real drivers
 * @throws ConfigError for stage local in Lambda
 */
export function scheduledHandler<const Declared extends ScheduledFunction>(
  { name, needs }: Declared,
  connect: (config: ConfigOf<Declared>, log: Log, metrics: Metrics) => () => Promise<void>,
) {
  isOpenStage();
  const heard = afterRest();
  const log = createLogger(name);
  const metrics = createMetrics(name, log);
  const config = functionConfig(needs, log);
  const act = lazy(async () => connect(await config(), log, metrics));
  return (_: unknown, context: Context): Promise<void> =>
    thrownPlainly(() =>
      inInvocation(context, () =>
        whileAwake(
          () => heard(() => metrics.during(async () => (await act())())),
          () => context.getRemainingTimeInMillis(),
        ),
      ),
    );
}
