import type { LocalCallers } from '../../../lib/core/local-runtime.ts';
import { networkOptions, networkVariables } from './network.ts';

/** What a local process needs to run a function of the service. */
export interface FunctionSpec {
  /** `sluice-local-onCartAbandoned` */
  name: string;
  /** Absolute path of the module, and the name of its export. */
  file: string;
  exportName: string;
  timeoutSeconds: number;
  memoryMb: number;
  region: string;
  /** The function's own variables. */
  environment: Readonly<Record<string, string>>;
  /** Of a stage that is open; they need a key where nothing is said. */
  callers?: LocalCallers;
}

/**
 * The environment that Lambda gives a function, with credentials that no one accepts: the function's own variables and
 * Lambda's, nothing of this machine but the search path and what the network needs (network.ts).
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const environmentOf = (
  { name, exportName, memoryMb, region, environment }: FunctionSpec,
  machine: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> => ({
  PATH: machine.PATH ?? '',
  ...(machine.SystemRoot !== undefined && { SystemRoot: machine.SystemRoot }),
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  _HANDLER: `index.${exportName}`,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  // By it the SQS of this machine says who sent a message (local/engines/sqs/server.ts).
  AWS_ACCESS_KEY_ID: name,
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
  ...networkVariables(machine),
  ...environment,
  ...optionsOf(environment, machine),
});

/** Those of the network go before the function's own, so that its own win. */
function optionsOf(
  { NODE_OPTIONS: own = '' }: Readonly<Record<string, string>>,
  machine: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const all = [...networkOptions(machine), own].filter((option) => option !== '').join(' ');
  return all === '' ? {} : { NODE_OPTIONS: all };
}
