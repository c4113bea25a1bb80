import { SluiceError } from '../../../lib/sdk/errors.ts';

/** An engine that was asked for by name cannot be used. The message is one line for a person. */
export class EngineError extends SluiceError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('engine-unusable', message, options);
  }
}
