import type { FunctionError } from '../../local/stack/function-process/protocol.ts';
import type { Account } from './account.ts';
import type { DeployedFunction } from './deployed.ts';

/** What an execution environment is started with. */
export interface EnvironmentSpec {
  function: DeployedFunction;
  account: Account;
  /** Where its code was unpacked, absolute. */
  folder: string;
  /** Hears each line that it prints. */
  output(line: string): void;
  /** Hears the id of each process, so that it is ended even if this one is killed. */
  watch(pid: number): () => void;
}

/**
 * An execution environment of a function: one process, one invocation at a time, frozen while it has none.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export interface Environment {
  /**
   * What its start took until it could take an event, in ms; undefined where that is not told apart from the first invocation.
   * @throws FunctionError where the function cannot be loaded
   */
  readonly started: Promise<number | undefined>;
  /** Thaws it, and freezes it when it has nothing more to do. @throws FunctionError where the function throws, dies, or takes longer than it may */
  invoke(event: unknown): Promise<Answered>;
  /** Ends it at once, and resolves when it is gone. */
  end(): Promise<void>;
}

/** An invocation that was answered; `frozen` resolves when its environment is. */
export interface Answered {
  answer: unknown;
  frozen: Promise<void>;
}

/** Starts environments: with the Runtime API of this project, or with the emulator of AWS. */
export type StartEnvironment = (spec: EnvironmentSpec) => Promise<Environment>;

/** Lambda gives a function 10 s to load; a machine with all its cores busy gets longer. */
export const INIT_MS = 60_000;

/** An invocation that took as long as its function may. */
export const timedOut = ({ timeoutSeconds }: DeployedFunction): ConstructorParameters<typeof FunctionError>[0] => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `Task timed out after ${timeoutSeconds}.00 seconds`,
  trace: [],
});

export const arnOf = ({ name }: DeployedFunction, { region, id }: Account): string =>
  `arn:aws:lambda:${region}:${id}:function:${name}`;

/**
 * All that a function has in its environment: what Lambda gives it, what its template gives it, and nothing of this machine. In place of
 * names that only AWS's own network knows stand the addresses of what is on this machine.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const variablesOf = ({ function: one, account, folder }: EnvironmentSpec): Record<string, string> => ({
  _HANDLER: one.handler,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: one.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(one.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${one.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/29/[$LATEST]artefact',
  AWS_REGION: account.region,
  AWS_DEFAULT_REGION: account.region,
  // By it the SQS of this machine says who sent a message (local/engines/sqs/server.ts).
  AWS_ACCESS_KEY_ID: one.name,
  AWS_SECRET_ACCESS_KEY: 'of the role',
  AWS_SESSION_TOKEN: 'of the role',
  LAMBDA_TASK_ROOT: folder,
  LAMBDA_RUNTIME_DIR: '/var/runtime',
  LANG: 'en_US.UTF-8',
  LD_LIBRARY_PATH: '/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib',
  NODE_PATH:
    '/opt/nodejs/node24/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/var/runtime:/var/task',
  PATH: '/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin',
  TZ: ':UTC',
  AWS_ENDPOINT_URL_SQS: account.sqsEndpoint,
  AWS_ENDPOINT_URL_SSM: account.storesEndpoint,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: account.storesEndpoint,
  ...one.variables,
});
