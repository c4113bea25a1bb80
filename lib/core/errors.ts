import { SluiceError } from '../sdk/errors.ts';
import { isA, memberOf, textOf } from './guarded.ts';
import type { NotReadyReason } from './next.ts';

/** The environment is wrong; the message lists every fault at once. */
export class ConfigError extends SluiceError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('invalid-config', message, options);
  }
}

/** Something of the deployment is missing, and no fault of what waits for it. Whoever mends it helps what waits. */
export abstract class NotReadyError extends SluiceError {
  abstract readonly why: Extract<NotReadyReason, 'settings-missing' | 'setup-missing'>;
}

/** Collections or indexes of an event type are missing; the message names them. */
export class SetupError extends NotReadyError {
  readonly why = 'setup-missing';

  constructor(message: string) {
    super('setup-missing', message, { retryable: true });
  }
}

/** Settings of an event type are missing or do not fit; the message names each, and never a value. */
export class SettingsError extends NotReadyError {
  readonly why = 'settings-missing';

  constructor(message: string) {
    super('settings-missing', message, { retryable: true });
  }
}

/** A message on a queue that is none of ours. */
export class UndecodableError extends SluiceError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('undecodable', message, options);
  }
}

/** A letter about an event of a type whose queue its sender does not serve: nothing that it says is believed. */
export class StrangeSenderError extends SluiceError {
  constructor(type: string) {
    super(
      'strange-sender',
      `the letter is about ${JSON.stringify(type)}, and came from nobody who serves the queue of that type`,
    );
  }
}

/** Written by newer code, which will read it: it is no fault of what was written, and no trying helps here. */
export class NewerFormatError extends SluiceError {
  constructor(what: string, format: number) {
    super('newer-format', `${what} has the format ${format}, which only newer code reads`, { retryable: true });
  }
}

/** What all functions together depend on. */
export type Dependency = 'mongodb' | 'redis' | 'sqs';
/** What some functions depend on besides. */
type OwnDependency = 'parameter-store' | 'secrets-manager' | 'cloudformation';

/** A dependency failed or did not answer within its budget. Trying again is safe and sensible. */
export class DependencyError extends SluiceError {
  readonly dependency: Dependency | OwnDependency;

  constructor(dependency: Dependency | OwnDependency, message: string, options: { cause?: unknown } = {}) {
    super(`${dependency}-unavailable`, message, { ...options, retryable: true });
    this.dependency = dependency;
  }
}

/** A transaction met another one, or its server changed: running the handler again may succeed. */
export class TransientError extends SluiceError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('transient', message, { ...options, retryable: true });
  }
}

/** A handler gave no result in its time; a dependency that hangs may be why. */
export class TimeoutError extends SluiceError {
  constructor(seconds: number) {
    super('timeout', `the handler gave no result within ${seconds} s`, { retryable: true });
  }
}

/**
 * A structure in Redis is of another kind than the commands: they will be refused however often they are tried, until a rebuild
 * (docs/decisions/0012).
 */
export class ProjectionRefusedError extends SluiceError {
  constructor(projection: string, reason: string) {
    super('projection-refused', `the projection ${projection} was refused: ${reason}`);
  }
}

/** The text of whatever was thrown, of any length; of an error that holds others it is not theirs (thrown.ts says those too). */
export function messageOf(thrown: unknown): string {
  const message = memberOf(thrown, 'message');
  return typeof message === 'string' ? message : textOf(thrown);
}

/** The code of what has none. */
export const NO_CODE = 'error';

/** The stable code of whatever was thrown: ours, or the error's own `code`, or NO_CODE; of what a signal aborted, its name. */
export function codeOf(thrown: unknown): string {
  // Its own code is a number of old: 23 where AbortSignal.timeout() ended a call. https://webidl.spec.whatwg.org/#idl-DOMException
  const code = memberOf(thrown, isA(thrown, DOMException) ? 'name' : 'code');
  return (typeof code === 'string' && code !== '') || typeof code === 'number' ? String(code) : NO_CODE;
}
