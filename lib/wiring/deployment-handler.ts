import type { Context } from 'aws-lambda';
import { tellDeploymentOn } from '../adapters/cloudformation/tell-deployment.ts';
import { isOpenStage } from '../core/config.ts';
import { lazy } from '../core/lazy.ts';
import { answerDeployment, type DeploymentRequest } from '../deployment/answer-deployment.ts';
import type { SetUpDatabase } from '../deployment/set-up-in-time.ts';
import { systemClock } from './clock.ts';
import { functionConfig } from './function-config.ts';
import type { ConfigOf, DeploymentFunction } from './functions/declaration.ts';
import { inInvocation } from './invocation.ts';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { thrownPlainly } from './thrown-plainly.ts';

/**
 * The Lambda handler of a function that is part of each deployment. Whatever goes wrong is answered; what CloudFormation asked is not logged,
 * because it says where the answer goes.
 * @param connect makes what sets up, on the real drivers
 * @throws ConfigError for stage local in Lambda
 */
export function deploymentHandler<const Declared extends DeploymentFunction>(
  { name, needs }: Declared,
  connect: (config: ConfigOf<Declared>) => Promise<SetUpDatabase>,
) {
  isOpenStage();
  const log = createLogger(name);
  const metrics = createMetrics(name, log);
  const config = functionConfig(needs, log);
  const tell = tellDeploymentOn(systemClock);
  const ports = { connect: lazy(async () => connect(await config())), clock: systemClock, tell, log };
  return (request: DeploymentRequest, context: Context): Promise<void> =>
    thrownPlainly(() =>
      inInvocation(context, () =>
        metrics.during(() => answerDeployment(request, ports, () => context.getRemainingTimeInMillis())),
      ),
    );
}
