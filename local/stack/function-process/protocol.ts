import type { UsedMemory } from '../../commands/memory/used.ts';

/** How much memory a child has; it answers whenever it can. */
export interface AskMemory {
  ask: 'memory';
}

/** What parent and child say to each other over IPC, as JSON. */
export interface Invoke {
  id: string;
  event: unknown;
  /** Epoch milliseconds at which the function's time is up. */
  deadline: number;
  context: ContextFields;
}

/** Fields of Lambda's context object: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
export interface ContextFields {
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  awsRequestId: string;
  logGroupName: string;
  logStreamName: string;
}

/** As Lambda reports an error: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export interface ReportedError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

export type Report =
  | { kind: 'ready' }
  /** The module could not be loaded. */
  | { kind: 'broken'; error: ReportedError }
  | { kind: 'answer'; id: string; answer: unknown }
  | { kind: 'memory'; used: UsedMemory }
  | { kind: 'error'; id: string; error: ReportedError };

/** An invocation that gave no answer: thrown, out of time, or the process died. */
export class FunctionError extends Error {
  readonly errorType: string;
  readonly trace: readonly string[];

  constructor({ errorType, errorMessage, trace }: ReportedError) {
    super(`${errorType}: ${errorMessage}`);
    this.name = 'FunctionError';
    this.errorType = errorType;
    this.trace = trace;
  }
}
