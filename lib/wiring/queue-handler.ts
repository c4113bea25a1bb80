import type { Context } from 'aws-lambda';
import { isOpenStage } from '../core/config.ts';
import { lazy } from '../core/lazy.ts';
import type { SqsBatchResponse, SqsRecord } from '../core/sqs-batch.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Tracing } from '../ports/tracing.ts';
import type { Log } from '../sdk/log.ts';
import { whileAwake } from './awake.ts';
import { functionConfig } from './function-config.ts';
import type { ConfigOf, ConsumerFunction, QueueFunction } from './functions/declaration.ts';
import { inInvocation } from './invocation.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { afterRest } from './rest.ts';
import { thrownPlainly } from './thrown-plainly.ts';
import { createTracing } from './tracing.ts';

/** Works off a batch while `remainingMs` lasts, and says which messages are to come back. */
export type BatchHandler = (records: SqsRecord[], remainingMs: () => number) => Promise<SqsBatchResponse>;

/**
 * The Lambda handler of a function that consumes a queue. Addresses are read when it starts, and connections are made for its
 * first batch.
 * @param connect makes what handles batches, on the real drivers
 * @throws ConfigError for stage local in Lambda
 */
export function queueHandler<const Declared extends QueueFunction | ConsumerFunction>(
  { name, needs }: Declared,
  connect: (
    config: ConfigOf<Declared>,
    log: Log,
    metrics: Metrics,
    tracing?: Tracing,
  ) => BatchHandler | Promise<BatchHandler>,
) {
  isOpenStage();
  const heard = afterRest();
  const log = createLogger(name);
  const metrics = createMetrics(name, log);
  const tracing = createTracing(log);
  const config = functionConfig(needs, log);
  const handle = lazy(async () => connect(await config(), log, metrics, await tracing.load()));
  return ({ Records }: { Records: SqsRecord[] }, context: Context): Promise<SqsBatchResponse> => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    return thrownPlainly(() =>
      inInvocation(context, () =>
        whileAwake(
          () =>
            heard(() =>
              metrics.during(() => tracing.during(async () => (await handle())(Records, remainingMs), remainingMs)),
            ),
          remainingMs,
        ),
      ),
    );
  };
}
